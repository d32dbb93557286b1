// Loaded by the pages of the offline copy alone. A browser starts no worker from a file, so this
// stand-in for `Worker` runs the script of the search worker in a hidden frame, and passes messages
// between the page and the frame as a worker would.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    #ready;

    constructor(url) {
      super();
      const home = new URL(url, location);
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.srcdoc = "<!doctype html><title>search</title>";
      const load = (src) =>
        new Promise((resolve, reject) => {
          const script = frame.contentDocument.createElement("script");
          script.src = src;
          script.onload = resolve;
          script.onerror = reject;
          frame.contentDocument.head.append(script);
        });
      this.#ready = new Promise((resolve) => {
        frame.onload = async () => {
          const inner = frame.contentWindow;
          inner.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
          inner.importScripts = async (...sources) => {
            for (const source of sources) await load(new URL(source, home));
          };
          await load(home);
          resolve(inner);
        };
      });
      document.body.append(frame);
    }

    async postMessage(data) {
      const inner = await this.#ready;
      inner.dispatchEvent(new MessageEvent("message", { data }));
    }
  };
}
