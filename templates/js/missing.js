// A page that only speaks the visitor's language.

import "./page_language.js";
