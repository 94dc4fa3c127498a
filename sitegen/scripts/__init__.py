"""Scripts: modules joined into one, and parts that a page fetches when they are asked for.

A page's script is what it needs at once. What is needed later, or by few, is a part: a script of
its own, in a file of the same origin. `loadPart("kept")` in a module brings in
`templates/js/parts/kept.js`. A part imports like any module, and brings the styles that stand
beside its modules; what the page already has of it, the page hands over.
"""
