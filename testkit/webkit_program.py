"""A phone's browser of nothing but WebKit, for WebKitWebDriver: any size, language and theme.

Usage: /usr/bin/python3 webkit_program.py LANGUAGE light|dark PERCENT AGENT LOG
PERCENT is the size of text, AGENT what it says it is, "" for the truth. The system's Python has
GTK; MiniBrowser is wider than a phone.
LOG gets a line for each error on a page.
"""

import sys
from pathlib import Path

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402

ERRORS = """
const tell = (error) => webkit.messageHandlers.errors.postMessage(String(error));
addEventListener("error", (event) => tell(event.message));
addEventListener("unhandledrejection", (event) => tell(event.reason));
addEventListener("securitypolicyviolation", (event) => tell(event.violatedDirective));
"""


def main(language: str, theme: str, percent: str, user_agent: str, log: str) -> None:
    Gtk.Settings.get_default().set_property("gtk-application-prefer-dark-theme", theme == "dark")
    context = WebKit2.WebContext.new_ephemeral()
    context.set_automation_allowed(True)
    context.set_preferred_languages([language])
    content = WebKit2.UserContentManager()
    content.add_script(
        WebKit2.UserScript(
            ERRORS,
            WebKit2.UserContentInjectedFrames.ALL_FRAMES,
            WebKit2.UserScriptInjectionTime.START,
        )
    )

    def write(_: object, result: "WebKit2.JavascriptResult") -> None:
        with Path(log).open("a") as file:
            file.write(result.get_js_value().to_string() + "\n")

    content.connect("script-message-received::errors", write)
    content.register_script_message_handler("errors")

    def open_view(*_: object) -> "WebKit2.WebView":
        view = WebKit2.WebView(
            web_context=context, user_content_manager=content, is_controlled_by_automation=True
        )
        view.get_settings().set_default_font_size(16 * int(percent) // 100)
        if user_agent:
            view.get_settings().set_user_agent(user_agent)
        window = Gtk.Window(default_width=360, default_height=640)
        window.add(view)
        window.show_all()
        view.connect("close", lambda _: window.destroy())
        return view

    def start(_: object, session: "WebKit2.AutomationSession") -> None:
        about = WebKit2.ApplicationInfo()
        about.set_name("Phone")
        session.set_application_info(about)
        session.connect("create-web-view", open_view)

    context.connect("automation-started", start)
    Gtk.main()


main(*sys.argv[1:])
