// Starts the interactive docs on the API's own description; asks no other host for anything.

// A route is opened by a button: a link within it would be pressed with it. Headings leave no level out, and all is
// within a part of the page that has a name.
const Readable = ({ React }) => ({
  wrapComponents: {
    DeepLink: () => ({ text }) => React.createElement("span", null, text),
    InfoContainer: (Info) => (props) => React.createElement("section", { "aria-label": "About" }, React.createElement(Info, props)),
    operations: (Operations) => (props) => React.createElement(
      React.Fragment, null, React.createElement("h2", { className: "routes" }, "Routes"), React.createElement(Operations, props),
    ),
  },
});

window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#docs",
    deepLinking: true,
    plugins: [Readable],
    validatorUrl: null,
    tryItOutEnabled: true,
  });
});
