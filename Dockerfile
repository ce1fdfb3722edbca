# The course in a container, for one reader, or for each student of a cluster (deploy/README.md):
#     docker build -t recurrent-networks .
#     docker run --rm -p 127.0.0.1:8888:8888 -v "$PWD/my:/home/reader/my" recurrent-networks
FROM python:3.13-slim

# For JupyterHub on Kubernetes: the version that its chart runs. 4.4.0 of Zero to JupyterHub has 5.5.0.
ARG JUPYTERHUB=5.5.0
# The language of the menus and of the first lesson: en or ko.
ARG LANGUAGE=en

RUN useradd --create-home --uid 1000 reader
WORKDIR /opt/course
# What changes seldom first, so that a change in a lesson does not install all packages anew.
COPY requirements.txt pyproject.toml README.md LICENSE ./
RUN grep -v "^-e " requirements.txt > /tmp/pinned.txt \
    && pip install --no-cache-dir -r /tmp/pinned.txt "jupyterhub==${JUPYTERHUB}"
COPY jupyter jupyter
COPY data data
COPY seqlib seqlib
RUN pip install --no-cache-dir --no-deps -e .
COPY course.py ./
COPY tools tools
COPY deploy deploy
RUN python deploy/prepare.py --lang "${LANGUAGE}"
COPY notebooks notebooks

USER reader
WORKDIR /home/reader
EXPOSE 8888
# Brings the lessons to ~/my, then starts what follows; a cluster puts jupyterhub-singleuser in the place of jupyter-lab.
ENTRYPOINT ["python", "/opt/course/deploy/start.py"]
CMD ["jupyter-lab", "--ip=0.0.0.0", "--no-browser"]
