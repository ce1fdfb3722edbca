"""What all waiting times are compared with: the slider of ``interact``, whose picture Matplotlib draws anew."""

# The slider of interact, moved as its own key handler does, until the picture is another one.
INTERACT = """async steps => {
    const area = [...document.querySelectorAll(".jp-OutputArea-output .widget-interact")].pop();
    const input = area.querySelector("[role=slider], .noUi-handle");
    const source = () => area.querySelector("img")?.src;
    const frame = () => new Promise(requestAnimationFrame);
    const times = [];
    for (let n = 0; n < steps; n++) {
        await new Promise(done => setTimeout(done, 100));
        const before = source(), start = performance.now();
        input.focus();
        input.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", keyCode: 39, bubbles: true }));
        while ((source() === before || !source()) && performance.now() - start < 10000) await frame();
        await frame();
        times.push(performance.now() - start);
    }
    return { times };
}"""
