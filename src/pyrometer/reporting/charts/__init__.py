"""Charts, each a function from plain rows to a Vega-Lite specification; texts of data are only ever values."""
