// What gridplan draws on a Leaflet map. No request leaves the page; every text is set with
// textContent, so that nothing a planner typed is ever read as HTML.
(function () {
  "use strict";
  var L = window.L;

  // Leaflet finds its marker icons beside its style sheet, which is inlined here (Leaflet #4968);
  // gridplan draws its own symbols. Its attribution prefix carries a flag: leave it out.
  if (L.Control && L.Control.Attribution) L.Control.Attribution.mergeOptions({ prefix: false });

  function bytes(text) {
    var raw = atob(text), out = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return out;
  }

  function element(tag, className, parent, text) {
    var made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined && text !== null) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  }

  // ---- tooltips --------------------------------------------------------------------------------
  // lines: [[label, text], ...]; the first is the title and has no label.
  function tip(lines) {
    var box = element("div", "gp-tip");
    lines.forEach(function (line, number) {
      if (line[1] === null || line[1] === "") return;
      if (number === 0) element("b", "", box, line[1]);
      else {
        var row = element("div", "", box);
        element("span", "gp-label", row, line[0]);
        element("span", "", row, line[1]);
      }
    });
    return box;
  }

  // ---- symbols: drawn here from a few numbers, so that only colours come from outside ------------
  function symbol(kind, fill, size) {
    var half = size / 2, svg = '<svg xmlns="http://www.w3.org/2000/svg" width="' + size +
      '" height="' + size + '" viewBox="-10 -10 20 20">', edge = ' stroke="#ffffff" stroke-width="1.6"';
    if (!/^#[0-9a-f]{6}$/i.test(fill)) fill = "#888888";
    if (kind === "diamond") svg += '<path d="M0-9 9 0 0 9-9 0Z" fill="' + fill + '"' + edge + "/>";
    else if (kind === "triangle") svg += '<path d="M0-9 9 7H-9Z" fill="' + fill + '"' + edge + "/>";
    else if (kind === "cross") {
      svg += '<rect x="-8.5" y="-8.5" width="17" height="17" rx="3" fill="' + fill + '"' + edge +
        '/><path d="M0-5.5V5.5M-5.5 0H5.5" stroke="#ffffff" stroke-width="3.4"/>';
    } else if (kind === "fill") {
      svg += '<rect x="-9" y="-7" width="18" height="14" fill="' + fill + '" stroke="#888888"/>';
    } else if (kind === "line") {
      svg += '<path d="M-9 0H9" stroke="' + fill + '" stroke-width="3"/>';
    } else if (kind === "dash") {
      svg += '<path d="M-9 0H9" stroke="' + fill + '" stroke-width="3" stroke-dasharray="5 3"/>';
    } else svg += '<circle r="8" fill="' + fill + '"' + edge + "/>";
    return { html: svg + "</svg>", half: half };
  }

  function icon(kind, fill, size) {
    var drawn = symbol(kind, fill, size);
    return L.divIcon({ className: "gp-symbol", html: drawn.html, iconSize: [size, size],
      iconAnchor: [drawn.half, drawn.half] });
  }

  function nameIcon(text, className) {
    var box = document.createElement("div");
    element("span", "", box, text);
    return L.divIcon({ className: "gp-name " + (className || ""), html: box, iconSize: null });
  }

  // ---- shapes: areas, lines, points and names ----------------------------------------------------
  var panes = { areas: 410, lines: 420, names: 590, points: 610 };

  function pane(map, name) {
    var full = "gp-" + name;
    if (!map.getPane(full)) map.createPane(full).style.zIndex = panes[name];
    return full;
  }

  // Lon/lat pairs come as [lon, lat]; Leaflet wants [lat, lon].
  function turn(part) {
    return typeof part[0] === "number" ? [part[1], part[0]] : part.map(turn);
  }

  var Shapes = L.LayerGroup.extend({
    initialize: function (shapes) { L.LayerGroup.prototype.initialize.call(this); this._shapes = shapes; },
    onAdd: function (map) {
      if (!this._made) { this._made = true; this._shapes.forEach(function (s) { this.addLayer(make(map, s)); }, this); }
      L.LayerGroup.prototype.onAdd.call(this, map);
    }
  });

  function make(map, s) {
    var layer, style = s.style || {};
    if (s.kind === "area" || s.kind === "line") {
      var where = pane(map, s.kind === "area" || s.below ? "areas" : "lines");
      style = L.extend({ pane: where, renderer: renderer(map, where), interactive: !!s.tip }, style);
      layer = s.kind === "area" ? L.polygon(turn(s.at), style) : L.polyline(turn(s.at), style);
    } else if (s.kind === "name") {
      layer = L.marker(turn(s.at), { pane: pane(map, "names"), interactive: false, keyboard: false,
        icon: nameIcon(s.text, s.look) });
      keepApart(map, layer, s.rank || 0);
    } else {
      layer = L.marker(turn(s.at), { pane: pane(map, "points"), keyboard: false,
        icon: icon(s.kind, style.color, style.size), zIndexOffset: s.above || 0 });
    }
    if (s.tip) {
      var lines = s.tip;
      layer.bindTooltip(function () { return tip(lines); },
        { sticky: s.kind === "area" || s.kind === "line", direction: "auto", pane: "tooltipPane" });
      if (s.kind === "area") {
        // Cells under the pointer say more than the area they lie in.
        layer.on("tooltipopen", function () { if (map._gpCells) layer.closeTooltip(); });
      }
    }
    return layer;
  }

  // ---- names keep out of each other's way --------------------------------------------------------
  // In order of rank each name takes, of a few places around its point that are free of other names,
  // the nearest without symbols, or a nearer one that hides little of them; one that finds none is
  // left out.
  var shifts = [[0, 0], [0, 20], [0, -20], [0, 38], [0, -38], [50, 0], [-50, 0], [40, 20], [-40, 20], [40, -20], [-40, -20],
    [75, 0], [-75, 0], [0, 56], [0, -56], [60, 38], [-60, 38], [60, -38], [-60, -38]];

  function keepApart(map, layer, rank) {
    if (!map._gpNames) {
      map._gpNames = [];
      var due = null, again = function () {
        clearTimeout(due);
        due = setTimeout(function () { arrange(map); }, 60);
      };
      map.on("zoomend layeradd layerremove resize", again);
      map.whenReady(again);
    }
    map._gpNames.push({ layer: layer, rank: rank });
    map._gpNames.sort(function (a, b) { return b.rank - a.rank; });
  }

  function overlap(a, b) {
    var wide = Math.min(a.right, b.right) - Math.max(a.left, b.left), high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return wide > 0 && high > 0 ? wide * high : 0;
  }

  // All is measured before anything is moved: a page laid out anew for each name would take long.
  function arrange(map) {
    function shape(s) { return s.getBoundingClientRect(); }
    var taken = [], names = [], symbols = [].map.call(map.getContainer().querySelectorAll(".leaflet-marker-icon.gp-symbol"), shape);
    map._gpNames.forEach(function (entry) {
      var icon = entry.layer.getElement && entry.layer.getElement(), text = icon && icon.querySelector("span");
      if (!icon || !map.hasLayer(entry.layer)) return;
      text.style.margin = "0";
      names.push({ icon: icon, text: text });
    });
    names.forEach(function (each) { each.base = shape(each.text); });
    names.forEach(function (each) {
      var base = each.base, place = null, least = Infinity;
      function hidden(box, others) { return others.reduce(function (sum, other) { return sum + overlap(box, other); }, 0); }
      shifts.some(function (s) {
        var box = { left: base.left + s[0], right: base.right + s[0], top: base.top + s[1], bottom: base.bottom + s[1] }, covers;
        if (hidden(box, taken)) return false;
        covers = hidden(box, symbols) + 2 * Math.hypot(s[0], s[1]);
        if (covers < least) { least = covers; place = { shift: s, box: box }; }
        return !hidden(box, symbols);
      });
      each.icon.style.visibility = place ? "" : "hidden";
      if (!place) return;
      each.text.style.margin = place.shift[1] + "px 0 0 " + place.shift[0] + "px";
      taken.push(place.box);
    });
  }

  function renderer(map, where) {
    map._gpRenderers = map._gpRenderers || {};
    return map._gpRenderers[where] || (map._gpRenderers[where] = L.svg({ pane: where, padding: 0.5 }));
  }

  // ---- cells: every unit on one canvas -----------------------------------------------------------
  // Places are in Web Mercator, the world from 0 to 1. A lattice sends the row and column of each
  // cell and two quadratics that lead from there to the map and back; other units send their rings.
  function quadratic(c, u, v) { return c[0] + c[1] * u + c[2] * v + c[3] * u * u + c[4] * u * v + c[5] * v * v; }

  // Cells of a lattice are drawn as pictures of a few cells a side, one dot a cell, each laid over
  // the map by its corners: over so few cells the quadratics are straight. Pictures overlap by one
  // cell, so that no seam shows between them.
  var SIDE = 32;

  function Lattice(o) {
    var rc = new Uint16Array(bytes(o.cells).buffer), index = new Map(), n = rc.length / 2, blocks = new Map(), i, middles = null;
    for (i = 0; i < n; i++) index.set(rc[2 * i] * 65536 + rc[2 * i + 1], i);
    function corner(r, c) { return [quadratic(o.x, r, c), quadratic(o.y, r, c)]; }
    for (i = 0; i < n; i++) {
      var key = (rc[2 * i] / SIDE | 0) * 4096 + (rc[2 * i + 1] / SIDE | 0);
      if (!blocks.has(key)) blocks.set(key, block(rc[2 * i] / SIDE | 0, rc[2 * i + 1] / SIDE | 0));
    }
    // Where a picture lies, and the unit at each of its dots, -1 for none.
    function block(row, column) {
      var r = row * SIDE, c = column * SIDE, wide = SIDE + 2, units = new Int32Array(wide * wide), y, x, at;
      for (y = 0; y < wide; y++) for (x = 0; x < wide; x++) {
        at = index.get((r + y - 1) * 65536 + c + x - 1);
        units[y * wide + x] = at === undefined || r + y < 1 || c + x < 1 ? -1 : at;
      }
      return { units: units, wide: wide, corners: [corner(r, c), corner(r, c + SIDE), corner(r + SIDE, c), corner(r + SIDE, c + SIDE)] };
    }
    this.count = n;
    // Colours as numbers; pictures are kept by whoever draws.
    this.pictures = function () {
      var made = [];
      blocks.forEach(function (each) {
        var canvas = document.createElement("canvas");
        canvas.width = canvas.height = each.wide;
        made.push({ block: each, canvas: canvas, data: canvas.getContext("2d").createImageData(each.wide, each.wide) });
      });
      return made;
    };
    this.colour = function (picture, classes, shades) {
      var units = picture.block.units, dots = new Uint32Array(picture.data.data.buffer), k, shade;
      for (k = 0; k < units.length; k++) {
        shade = units[k] < 0 ? undefined : shades[classes[units[k]]];
        dots[k] = shade === undefined ? 0 : shade;
      }
      picture.canvas.getContext("2d").putImageData(picture.data, 0, 0);
    };
    this.lay = function (g, picture, place, ratio) {
      var p = picture.block.corners.map(function (q) { return [place.x(q[0]), place.y(q[1])]; }),
        xs = p.map(function (q) { return q[0]; }), ys = p.map(function (q) { return q[1]; }),
        ax = (p[1][0] - p[0][0]) / SIDE, ay = (p[1][1] - p[0][1]) / SIDE,
        bx = (p[2][0] - p[0][0]) / SIDE, by = (p[2][1] - p[0][1]) / SIDE;
      if (Math.max.apply(null, xs) < 0 || Math.min.apply(null, xs) > place.width ||
          Math.max.apply(null, ys) < 0 || Math.min.apply(null, ys) > place.height) return;
      g.setTransform(ratio * ax, ratio * ay, ratio * bx, ratio * by, ratio * (p[0][0] - ax - bx), ratio * (p[0][1] - ay - by));
      // Cells smaller than a dot of the screen are averaged, larger ones keep their edges.
      g.imageSmoothingEnabled = Math.hypot(ax, ay) * ratio < 1.5;
      g.drawImage(picture.canvas, 0, 0);
    };
    this.path = function (g, i, place) {
      var r = rc[2 * i], c = rc[2 * i + 1], a = place.corner(r, c), b = place.corner(r, c + 1),
        d = place.corner(r + 1, c + 1), e = place.corner(r + 1, c);
      if (Math.max(a[0], b[0], d[0], e[0]) < 0 || Math.min(a[0], b[0], d[0], e[0]) > place.width ||
          Math.max(a[1], b[1], d[1], e[1]) < 0 || Math.min(a[1], b[1], d[1], e[1]) > place.height) return;
      g.moveTo(a[0], a[1]); g.lineTo(b[0], b[1]); g.lineTo(d[0], d[1]); g.lineTo(e[0], e[1]); g.closePath();
    };
    this.ready = function (place) {
      var known = new Map();
      place.corner = function (r, c) {
        var key = r * 65536 + c, p = known.get(key), q;
        if (!p) {
          q = corner(r, c);
          p = [Math.round(place.x(q[0])), Math.round(place.y(q[1]))];
          known.set(key, p);
        }
        return p;
      };
    };
    // x and y of the middle of each unit, one after another.
    this.middles = function () {
      if (!middles) {
        middles = new Float64Array(2 * n);
        for (var k = 0; k < n; k++) {
          middles[2 * k] = quadratic(o.x, rc[2 * k] + 0.5, rc[2 * k + 1] + 0.5);
          middles[2 * k + 1] = quadratic(o.y, rc[2 * k] + 0.5, rc[2 * k + 1] + 0.5);
        }
      }
      return middles;
    };
    this.at = function (x, y) {
      var u = x - o.origin[0], v = y - o.origin[1],
        r = Math.floor(quadratic(o.row, u, v)), c = Math.floor(quadratic(o.column, u, v));
      return r < 0 || c < 0 ? undefined : index.get(r * 65536 + c);
    };
  }

  function Rings(o) {
    // o.rings: one array of rings a unit; each ring is x, y, x, y ... in whole steps of o.step.
    var units = o.rings, middles = null, boxes = units.map(function (rings) {
      var box = [Infinity, Infinity, -Infinity, -Infinity];
      rings.forEach(function (ring) {
        for (var k = 0; k < ring.length; k += 2) {
          box[0] = Math.min(box[0], ring[k]); box[2] = Math.max(box[2], ring[k]);
          box[1] = Math.min(box[1], ring[k + 1]); box[3] = Math.max(box[3], ring[k + 1]);
        }
      });
      return box;
    });
    function X(v) { return o.origin[0] + v * o.step; }
    function Y(v) { return o.origin[1] + v * o.step; }
    this.count = units.length;
    this.ready = function () {};
    this.path = function (g, i, place) {
      var box = boxes[i];
      if (place.x(X(box[2])) < 0 || place.x(X(box[0])) > place.width ||
          place.y(Y(box[3])) < 0 || place.y(Y(box[1])) > place.height) return;
      units[i].forEach(function (ring) {
        for (var k = 0; k < ring.length; k += 2) {
          var px = place.x(X(ring[k])), py = place.y(Y(ring[k + 1]));
          if (k) g.lineTo(px, py); else g.moveTo(px, py);
        }
        g.closePath();
      });
    };
    this.middles = function () {
      if (!middles) {
        middles = new Float64Array(2 * boxes.length);
        boxes.forEach(function (b, i) { middles[2 * i] = X((b[0] + b[2]) / 2); middles[2 * i + 1] = Y((b[1] + b[3]) / 2); });
      }
      return middles;
    };
    this.at = function (x, y) {
      var u = (x - o.origin[0]) / o.step, v = (y - o.origin[1]) / o.step;
      for (var i = 0; i < units.length; i++) {
        var b = boxes[i], inside = false;
        if (u < b[0] || u > b[2] || v < b[1] || v > b[3]) continue;
        units[i].forEach(function (ring) {
          for (var k = 0, m = ring.length - 2; k < ring.length; m = k, k += 2) {
            if ((ring[k + 1] > v) !== (ring[m + 1] > v) &&
                u < (ring[m] - ring[k]) * (v - ring[k + 1]) / (ring[m + 1] - ring[k + 1]) + ring[k]) inside = !inside;
          }
        });
        if (inside) return i;
      }
      return undefined;
    };
  }

  // Columns of the tooltip: {label, values} or {label, codes, words}; unit of measure in suffix.
  function Cells(o) {
    this.shape = o.lattice ? new Lattice(o.lattice) : new Rings(o.polygons);
    this.columns = o.columns.map(function (column) {
      if (typeof column.codes === "string") column.codes = new Uint16Array(bytes(column.codes).buffer);
      return column;
    });
  }
  Cells.prototype.lines = function (i) {
    return this.columns.map(function (c) {
      var value = c.codes ? c.words[c.codes[i]] : c.values[i];
      if (value === null || value === undefined) return [c.label, null];
      if (typeof value === "number") value = value.toLocaleString("en-US", { maximumFractionDigits: 1 });
      return [c.label, c.suffix ? value + " " + c.suffix : value];
    });
  };

  // A colour as the number that a picture has for it, bytes from the lowest: red, green, blue, whole.
  function dot(colour) {
    var n = parseInt(colour.slice(1), 16);
    return (0xff000000 | (n & 0xff) << 16 | n & 0xff00 | n >> 16) >>> 0;
  }

  var CellLayer = L.Layer.extend({
    initialize: function (cells, o) { this._cells = cells; this._o = o; this._classes = new Uint16Array(bytes(o.classes).buffer); },
    onAdd: function (map) {
      this._canvas = element("canvas", "leaflet-zoom-animated", map.getPane("overlayPane"));
      this._canvas.style.pointerEvents = "none";
      map._gpCells = (map._gpCells || 0) + 1;
      L.DomUtil.addClass(map.getContainer(), "gp-with-cells");
      map.on("moveend zoomend resize viewreset", this._draw, this);
      map.on("zoomanim", this._zoom, this);
      map.on("mousemove", this._hover, this);
      map.on("mouseout", this._leave, this);
      this._draw();
    },
    onRemove: function (map) {
      map._gpCells -= 1;
      if (!map._gpCells) L.DomUtil.removeClass(map.getContainer(), "gp-with-cells");
      map.off("moveend zoomend resize viewreset", this._draw, this);
      map.off("zoomanim", this._zoom, this);
      map.off("mousemove", this._hover, this);
      map.off("mouseout", this._leave, this);
      this._canvas.remove();
      this._leave();
    },
    _zoom: function (e) {
      var map = this._map;
      L.DomUtil.setTransform(this._canvas, map._latLngToNewLayerPoint(this._corner, e.zoom, e.center), map.getZoomScale(e.zoom));
    },
    _draw: function () {
      var map = this._map, size = map.getSize(), pad = 0.25,
        corner = map.containerPointToLayerPoint([-size.x * pad, -size.y * pad]).round(),
        ratio = window.devicePixelRatio || 1, canvas = this._canvas, world = 256 * Math.pow(2, map.getZoom()),
        origin = map.getPixelOrigin().add(corner),
        place = { width: Math.round(size.x * (1 + 2 * pad)), height: Math.round(size.y * (1 + 2 * pad)),
          x: function (v) { return v * world - origin.x; }, y: function (v) { return v * world - origin.y; } },
        groups = this._o.colours.map(function () { return []; }), shape = this._cells.shape, i, g;
      this._corner = map.layerPointToLatLng(corner);
      canvas.width = place.width * ratio; canvas.height = place.height * ratio;
      canvas.style.width = place.width + "px"; canvas.style.height = place.height + "px";
      L.DomUtil.setPosition(canvas, corner);
      // Opaque on a canvas that lets the map through: what overlaps is not darker for it.
      canvas.style.opacity = this._o.opacity;
      g = canvas.getContext("2d");
      if (shape.pictures && !this._o.edges) { this._lay(g, shape, place, ratio); return; }
      g.scale(ratio, ratio);
      shape.ready(place);
      for (i = 0; i < shape.count; i++) if (groups[this._classes[i]]) groups[this._classes[i]].push(i);
      groups.forEach(function (members, k) {
        g.fillStyle = this._o.colours[k]; g.beginPath();
        members.forEach(function (i) { shape.path(g, i, place); });
        g.fill("evenodd");
        if (this._o.edges) { g.lineWidth = 0.4; g.strokeStyle = "#666666"; g.stroke(); }
      }, this);
    },
    _lay: function (g, shape, place, ratio) {
      if (!this._pictures) { this._pictures = shape.pictures(); this._coloured = false; }
      var shades = this._coloured ? null : this._o.colours.map(dot), classes = this._classes;
      this._coloured = true;
      this._pictures.forEach(function (picture) {
        if (shades) shape.colour(picture, classes, shades);
        shape.lay(g, picture, place, ratio);
      });
      g.setTransform(1, 0, 0, 1, 0, 0);
    },
    // Draw anew after classes or colours became others.
    redraw: function () { this._coloured = false; if (this._map) this._draw(); },
    _hover: function (e) {
      var map = this._map, p = map.project(e.latlng, 0), i, over = e.originalEvent && e.originalEvent.target;
      // Of two layers of cells one tooltip is enough; over a symbol the symbol speaks.
      if (map._gpSpeaker && map._gpSpeaker !== this) return;
      if (over && over.closest && over.closest(".gp-symbol")) { this._leave(); return; }
      i = this._cells.shape.at(p.x / 256, p.y / 256);
      if (i === undefined) { this._leave(); return; }
      map._gpSpeaker = this;
      if (!this._tip) this._tip = L.tooltip({ direction: "auto", offset: [8, 0] });
      if (i !== this._shown) this._tip.setContent(tip(this._cells.lines(i)));
      this._shown = i;
      this._tip.setLatLng(e.latlng);
      if (!map.hasLayer(this._tip)) this._tip.addTo(map);
    },
    _leave: function () {
      var map = this._map;
      if (map && map._gpSpeaker === this) map._gpSpeaker = null;
      if (this._tip) this._tip.remove();
      this._shown = undefined;
    }
  });

  // ---- title, legend, sources --------------------------------------------------------------------
  function title(map, o) {
    var box = element("div", "gp-title", map.getContainer());
    element("span", "gp-mark", box, o.mark);
    element("b", "", box, o.title);
    o.lines.forEach(function (line) { element("div", "", box, line); });
    if (o.banner) element("div", "gp-banner", box, o.banner);
    L.control.scale({ imperial: false }).addTo(map);
    if (o.half) L.DomUtil.addClass(map.getContainer(), "gp-half");
    L.DomEvent.disableClickPropagation(box);
  }

  function box(o, className, fill) {
    var control = L.control({ position: o.position });
    control.onAdd = function () {
      var outer = element("div", "gp-box " + className), details = element("details", "", outer);
      details.open = o.open;
      element("summary", "", details, o.title);
      fill(details);
      L.DomEvent.disableClickPropagation(outer);
      L.DomEvent.disableScrollPropagation(outer);
      return outer;
    };
    return control;
  }

  // parts: [{heading, note, rows: [[kind, colour, text], ...]}]; a part shows while its layer does.
  function legend(map, o, layers) {
    var shown = [];
    box(o, "gp-legend", function (details) {
      o.parts.forEach(function (part, number) {
        var outer = element("div", "gp-part", details);
        if (part.heading) element("b", "", outer, part.heading);
        part.rows.forEach(function (row) {
          var line = element("div", "gp-row", outer), key = element("span", "gp-key", line);
          key.innerHTML = symbol(row[0], row[1], 16).html;
          element("span", "", line, row[2]);
        });
        if (part.note) element("div", "", outer, part.note);
        shown.push([layers[number], outer]);
      });
    }).addTo(map);
    function refresh() {
      shown.forEach(function (pair) { pair[1].style.display = map.hasLayer(pair[0]) ? "" : "none"; });
    }
    map.on("layeradd layerremove", refresh);
    refresh();
  }

  function sources(map, o) {
    box(o, "gp-sources", function (details) {
      o.lines.forEach(function (line) { element("div", "", details, line); });
    }).addTo(map);
  }

  // ---- tools: search by name, measure, print on A3 ------------------------------------------------
  function middle(shape) {
    if (typeof shape.at[0] === "number") return L.latLng(shape.at[1], shape.at[0]);
    return L.polygon(turn(shape.at)).getBounds().getCenter();
  }

  // layers: those whose shapes have names, the first of them first in the list of what is found.
  function tools(map, o, layers) {
    var control = L.control({ position: "topleft" });
    control.onAdd = function () {
      var bar = element("div", "leaflet-bar gp-tools");
      L.DomEvent.disableClickPropagation(bar);
      L.DomEvent.disableScrollPropagation(bar);
      button(bar, "gp-find", "\u2315", o.search, function () { search.hidden = !search.hidden; if (!search.hidden) field.focus(); });
      var ruler = button(bar, "gp-measure", "\u2194", o.measure, function () { measure(map, o, ruler); });
      button(bar, "gp-paper", "A3", o.print, function () { paper(map); });
      var search = element("div", "gp-search", bar), field = element("input", "", search), found = element("div", "", search);
      search.hidden = true;
      field.type = "search"; field.placeholder = o.placeholder; field.setAttribute("aria-label", o.search);
      field.addEventListener("input", function () { list(map, o, layers, field.value, found); });
      field.addEventListener("keydown", function (e) {
        var first = found.querySelector("button");
        if (e.key === "Enter" && first) first.click();
        if (e.key === "Escape") search.hidden = true;
        e.stopPropagation();
      });
      return bar;
    };
    control.addTo(map);
  }

  function button(bar, className, sign, label, act) {
    var made = element("a", className, bar, sign);
    made.href = "#"; made.title = label; made.setAttribute("role", "button"); made.setAttribute("aria-label", label);
    L.DomEvent.on(made, "click", function (e) { L.DomEvent.stop(e); act(); });
    return made;
  }

  function list(map, o, layers, text, found) {
    var sought = text.trim().toLowerCase(), count = 0, known = {};
    found.textContent = "";
    if (!sought) return;
    layers.forEach(function (layer) {
      (layer._shapes || []).forEach(function (shape) {
        var name = shape.tip ? shape.tip[0][1] : shape.kind === "name" ? shape.text : null;
        if (!name || count >= 12 || known[name] || name.toLowerCase().indexOf(sought) < 0) return;
        count += 1;
        known[name] = true;
        element("button", "", found, name).addEventListener("click", function () { show(map, shape, name); });
      });
    });
    if (!count) element("div", "gp-none", found, o.none);
  }

  function show(map, shape, name) {
    var at = middle(shape), point = typeof shape.at[0] === "number";
    if (map._gpFound) map._gpFound.remove();
    map._gpFound = L.layerGroup([
      L.circleMarker(at, { radius: 16, color: "#d6278f", weight: 3, fill: false, interactive: false }),
      L.tooltip({ permanent: true, direction: "top", offset: [0, -14] }).setLatLng(at).setContent(tip([["", name]]))
    ]).addTo(map);
    map.setView(at, point ? Math.max(map.getZoom(), 13) : map.getZoom());
  }

  // A click adds a corner; pressing the button again takes the line away.
  function measure(map, o, ruler) {
    if (map._gpRuler) {
      map.off("click", map._gpRuler.add); map._gpRuler.group.remove(); map._gpRuler = null;
      L.DomUtil.removeClass(ruler, "gp-active"); L.DomUtil.removeClass(map.getContainer(), "gp-measuring");
      return;
    }
    var corners = [], group = L.layerGroup().addTo(map), line = L.polyline([], { color: "#d6278f", weight: 3, interactive: false }).addTo(group),
      told = L.tooltip({ permanent: true, direction: "right", offset: [8, 0], className: "gp-length" });
    map._gpRuler = { group: group, add: function (e) {
      corners.push(e.latlng);
      line.setLatLngs(corners);
      L.circleMarker(e.latlng, { radius: 4, color: "#d6278f", fillColor: "#ffffff", fillOpacity: 1, interactive: false }).addTo(group);
      var metres = corners.reduce(function (sum, at, k) { return k ? sum + map.distance(corners[k - 1], at) : 0; }, 0);
      var text = metres < 1000 ? Math.round(metres) + " " + o.metres : (metres / 1000).toFixed(2) + " " + o.kilometres;
      told.setLatLng(e.latlng).setContent(tip([["", text]]));
      if (!group.hasLayer(told)) told.addTo(group);
    } };
    map.on("click", map._gpRuler.add);
    L.DomUtil.addClass(ruler, "gp-active"); L.DomUtil.addClass(map.getContainer(), "gp-measuring");
  }

  // The page takes the shape of an A3 sheet, the district fills it, and the browser prints.
  function paper(map) {
    var page = map.getContainer();
    L.DomUtil.addClass(document.documentElement, "gp-paper-page");
    L.DomUtil.addClass(page, "gp-on-paper");
    map.invalidateSize({ animate: false });
    if (map._gpFit) map._gpFit();
    function back() {
      window.removeEventListener("afterprint", back);
      L.DomUtil.removeClass(document.documentElement, "gp-paper-page");
      L.DomUtil.removeClass(page, "gp-on-paper");
      map.invalidateSize({ animate: false });
      if (map._gpFit) map._gpFit();
    }
    window.addEventListener("afterprint", back);
    setTimeout(function () { window.print(); }, 250);
  }

  // ---- small screens: legend and sources stand below the map, not over it -------------------------
  function beside(map) {
    var page = map.getContainer(), parts = page.querySelectorAll(".gp-box"), panel = page._gpBeside;
    var narrow = page.parentNode === document.body && window.innerWidth < 700 && !page.classList.contains("gp-half");
    if (narrow && !panel) {
      panel = page._gpBeside = element("div", "gp-beside");
      page.parentNode.insertBefore(panel, page.nextSibling);
      [].forEach.call(parts, function (part) { part._gpHome = part.parentNode; panel.appendChild(part); });
      L.DomUtil.addClass(page, "gp-above");
    } else if (!narrow && panel) {
      [].slice.call(panel.children).forEach(function (part) { part._gpHome.appendChild(part); });
      panel.remove();
      page._gpBeside = null;
      L.DomUtil.removeClass(page, "gp-above");
    } else return;
    map.invalidateSize({ animate: false });
    if (map._gpFit) map._gpFit();
  }

  // ---- the first view ----------------------------------------------------------------------------
  // The district fills what title, legend and layer control leave free. Where the legend would take
  // too much of a narrow page it is folded instead.
  function frame(map, corners) {
    var page = map.getContainer(), bounds = L.latLngBounds(corners), gap = 12;
    function wide(look) { var part = page.querySelector(look); return part ? part.offsetWidth : 0; }
    function fit() {
      var title = page.querySelector(".gp-title"), legend = page.querySelector(".gp-legend details"),
        top = (title ? title.offsetTop + title.offsetHeight : 0) + gap,
        side = legend && legend.open ? wide(".gp-legend") + 2 * gap : gap,
        open = map.getBoundsZoom(bounds, false, L.point(gap + side, top + gap)),
        folded = map.getBoundsZoom(bounds, false, L.point(2 * gap, top + gap));
      if (legend && legend.open && folded - open > 0.5) { legend.open = false; side = gap; }
      map.fitBounds(bounds, { paddingTopLeft: [gap, top], paddingBottomRight: [side, gap], animate: false });
    }
    map._gpFit = fit;
    beside(map);
    window.addEventListener("resize", function () { beside(map); });
    if (page.clientWidth && page.clientHeight) { fit(); return; }
    // A page that is drawn while hidden, or in a frame not laid out yet, has no size to fit into.
    new ResizeObserver(function (sizes, seen) {
      if (!page.clientWidth || !page.clientHeight) return;
      seen.disconnect();
      map.invalidateSize({ animate: false });
      fit();
    }).observe(page);
  }

  window.gridplan = {
    cells: function (o) { return new Cells(o); },
    cellLayer: function (cells, o) { return new CellLayer(cells, o); },
    shapes: function (shapes) { return new Shapes(shapes); },
    title: title, legend: legend, sources: sources, tools: tools, frame: frame
  };
})();
