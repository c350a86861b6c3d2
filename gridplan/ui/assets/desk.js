// The map one works on. Leaflet and gridplan.js draw the layers, as on every map of gridplan; this
// adds tools, a panel of layers, and the units and centers that are being edited. It talks to the
// page in numbers and ids only; every text is set with textContent.
const loaded = new Map(), canvases = new Map(), desks = new WeakMap(), band = new Set();

function once(url, make) {
  if (!loaded.has(url)) loaded.set(url, new Promise(function (done, failed) {
    const element = make(url);
    element.onload = done;
    element.onerror = function () { loaded.delete(url); failed(new Error(url)); };
    document.head.appendChild(element);
  }));
  return loaded.get(url);
}
function script(url) { const made = document.createElement("script"); made.src = url; return made; }
function style(url) {
  const made = document.createElement("link");
  made.rel = "stylesheet"; made.href = url;
  return made;
}
async function libraries(prefix) {
  await Promise.all(["leaflet/leaflet.css", "gridplan/gridplan.css"].map((file) => once(prefix + file, style)));
  await once(prefix + "leaflet/leaflet.js", script);
  await once(prefix + "gridplan/gridplan.js", script);
}
function make(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  if (parent) parent.appendChild(made);
  return made;
}
function numbers(text) {
  const raw = atob(text), out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  return new Uint16Array(out.buffer);
}
function recall(key, fallback) {
  try { return JSON.parse(sessionStorage.getItem(key)) ?? fallback; } catch (_) { return fallback; }
}
function keep(key, value) {
  try { sessionStorage.setItem(key, JSON.stringify(value)); } catch (_) { /* a full or closed store: nothing is lost but the view */ }
}

// A tooltip opens to the side that the panel of layers leaves free.
function clearOfPanel(L) {
  const place = L.Tooltip.prototype._setPosition;
  if (L.Tooltip.prototype._gpClear) return;
  L.Tooltip.include({
    _gpClear: true,
    _setPosition: function (at) {
      const free = this._map._gpFree;
      if (!free || this.options.direction !== "auto") { place.call(this, at); return; }
      this.options.direction = this._map.layerPointToContainerPoint(at).x < free() / 2 ? "right" : "left";
      place.call(this, at);
      this.options.direction = "auto";
    },
  });
}

class Desk {
  constructor(parent) {
    this.box = make("div", "gp-desk", parent);
    this.page = make("div", "gp-desk-map", this.box);
    this.bar = make("div", "gp-desk-bar", this.box);
    this.side = make("div", "gp-desk-layers", this.box);
    this.tool = "look";
    this.grid = 0;
    this.radius = 14;
    this.sent = [];
    this.strokes = Date.now();  // numbers of strokes rise, also over a reload
    this.events = null;
  }

  show(data, events) {
    const L = window.L;
    this.events = events;
    this.words = data.words;
    this.kind = data.kind;
    band[data.together ? "add" : "delete"](this);
    this.box.style.height = data.height;
    this.page.setAttribute("role", "application");
    this.page.setAttribute("aria-label", data.words.map);
    this.page.setAttribute("aria-description", data.words.keys);
    if (data.canvas) canvases.set(data.canvas.key, data.canvas.content);
    const content = canvases.get(data.key);
    if (!content) { events.setStateValue("have", ""); return; }  // asked for again
    if (!this.map) this._open(L, data);
    const changed = data.key !== this.key || data.lang !== this.lang;
    this.edit = data.edit || null;
    this.sites = data.sites || null;
    this.points = data.points || null;
    if (changed) this._draw(L, data, content);
    if (changed) this.scale._update();  // in the words of the page
    this._edit(L, data);
    if (this.edit && this.grid >= this.edit.names.length) this.grid = 0;
    this._tools(data);
    if (changed) events.setStateValue("have", data.key);
    if (data.focus && data.focus.number !== this.focused) this._focus(L, data.focus);
    this._pin(L, data.pin);
  }

  _open(L, data) {
    this.map = L.map(this.page, { attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5, maxZoom: 19, preferCanvas: false, boxZoom: false, zoomControl: false });
    clearOfPanel(L);
    this.map._gpFree = () => this.side.offsetLeft || this.map.getSize().x;
    // Leaflet gives the map the focus when a button goes down on it. A page that scrolled then would
    // move the map away under the pointer, and the click would be lost.
    const focus = this.page.focus.bind(this.page);
    this.page.focus = () => focus({ preventScroll: true });
    L.control.zoom({ position: "bottomleft", zoomInTitle: data.words["zoom-in"], zoomOutTitle: data.words["zoom-out"] }).addTo(this.map);
    const desk = this, scale = this.scale = L.control.scale({ imperial: false, position: "bottomleft" });
    // The scale in the words of the page.
    scale._updateMetric = function (most) {
      const metres = this._getRoundNum(most), far = metres >= 1000, words = desk.words;
      this._updateScale(this._mScale, (far ? metres / 1000 : metres) + " " + words[far ? "km" : "m"], metres / most);
    };
    scale.addTo(this.map);
    make("div", "gp-desk-north", this.page, "N").setAttribute("aria-hidden", "true");
    this.map.on("moveend", () => {
      if (this.place && !this._whole()) keep("gp-view-" + this.place, { at: this.map.getCenter(), zoom: this.map.getZoom() });
    });
    this.map.on("move", this._lead, this);
    this.map.on("mousedown", this._down, this);
    this.map.on("mousemove", this._move, this);
    this.map.on("click", this._click, this);
    // Symbols keep their clicks to themselves, so that the page listens beside the map.
    this.page.addEventListener("click", (e) => this._pick(e));
    // Wherever the button is let go, also outside the window, the stroke ends.
    this.lift = () => this._up();
    document.addEventListener("mouseup", this.lift);
    make("div", "gp-desk-aim", this.page).setAttribute("aria-hidden", "true");
    this.page.addEventListener("keydown", (event) => {
      if (event.target !== this.page || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      this._press();
    });
    new ResizeObserver(() => this.map && this.map.invalidateSize({ animate: false })).observe(this.page);
  }

  // Maps of a band show the same place: where one is moved, the others follow.
  _lead() {
    if (!band.has(this) || this.led || !this.place) return;
    band.forEach((other) => {
      if (other === this || !other.map || other.place !== this.place) return;
      other.led = true;
      other.map.setView(this.map.getCenter(), this.map.getZoom(), { animate: false });
      other.led = false;
    });
  }

  // The panel is open where there is room for it, until it is opened or folded by hand.
  _unfolded() { return recall(this._legend(), this._roomy()); }
  _roomy() { return this.map.getSize().x > 620; }
  _legend() { return "gp-legend" + (band.has(this) ? "-" + this.kind : this._roomy() ? "" : "-narrow"); }

  // ---- layers ------------------------------------------------------------------------------------
  _draw(L, data, content) {
    (this.layers || []).forEach((entry) => this.map.removeLayer(entry.layer));
    if (this.paint) { this.map.removeLayer(this.paint); this.paint = null; }
    if (this.marks) { this.map.removeLayer(this.marks); this.marks = null; }
    this.map._gpNames = undefined;
    this.key = data.key; this.lang = data.lang;
    const chosen = recall("gp-layers-" + data.kind, {}), bounds = L.latLngBounds(content.bounds);
    if (this.place !== data.place) {
      const view = recall("gp-view-" + data.place, null);
      if (view) this.map.setView(view.at, view.zoom, { animate: false });
      else this._fit(bounds);
      this.place = data.place;
    }
    this.home = bounds;
    this.parents = content.parents;
    this.cells = window.gridplan.cells(content.cells);
    this.layers = content.layers.map((o) => ({
      name: o.name, title: o.title, legend: o.legend, show: o.name in chosen ? chosen[o.name] : o.show,
      layer: o.kind === "cells" ? window.gridplan.cellLayer(this.cells, o.options) : window.gridplan.shapes(o.options),
    }));
    this.layers.forEach((entry) => { if (entry.show) this.map.addLayer(entry.layer); });
    this._panel(data);
  }

  // The district fills what the panel of layers leaves free.
  // Where nobody has moved it, a map of another size shows the whole district too.
  _whole() {
    const at = this.map.getCenter(), zoom = this.map.getZoom(), fitted = this.fitted;
    return !!fitted && zoom === fitted.zoom && this.map.project(at).distanceTo(this.map.project(fitted.at)) < 2;
  }

  _fit(bounds) {
    const side = this._roomy() && this._unfolded() ? 300 : 16;
    this.map.fitBounds(bounds, { paddingTopLeft: [16, 52], paddingBottomRight: [side, 16], animate: false });
    this.fitted = { at: this.map.getCenter(), zoom: this.map.getZoom() };
    if (this.place) keep("gp-view-" + this.place, null);
  }

  _panel(data) {
    this.side.textContent = "";
    const words = data.words, head = make("details", "", this.side);
    head.open = this._unfolded();
    head.addEventListener("toggle", () => keep(this._legend(), head.open));
    make("summary", "", head, words.layers);
    const list = make("div", "gp-desk-list", head);
    this._bases(list, data);
    [...this.layers].reverse().forEach((entry) => {
      const row = make("div", "gp-desk-entry", list), label = make("label", "", row), tick = make("input", "", label);
      tick.type = "checkbox"; tick.checked = entry.show; tick.dataset.layer = entry.name;
      const rows = entry.legend.rows, alone = rows.length === 1 && rows[0][2] === entry.title;
      if (alone) label.appendChild(swatch(rows[0][0], rows[0][1]));
      make("span", "", label, entry.title);
      const legend = make("div", "gp-desk-legend", row);
      (alone ? [] : rows).forEach((line) => {
        const at = make("div", "gp-desk-key", legend);
        at.appendChild(swatch(line[0], line[1]));
        make("span", "", at, line[2]);
      });
      if (entry.legend.note) make("div", "gp-desk-note", legend, entry.legend.note);
      legend.hidden = !entry.show;
      tick.addEventListener("change", () => {
        entry.show = tick.checked; legend.hidden = !tick.checked;
        if (tick.checked) this.map.addLayer(entry.layer); else this.map.removeLayer(entry.layer);
        const chosen = recall("gp-layers-" + data.kind, {});
        chosen[entry.name] = tick.checked;
        keep("gp-layers-" + data.kind, chosen);
      });
    });
  }

  // Base maps of the office: none is asked for before it is chosen.
  _bases(list, data) {
    if (this.base) { this.map.removeLayer(this.base); this.base = null; }
    const bases = data.bases || [];
    if (!bases.length) return;
    const field = make("fieldset", "gp-desk-entry gp-desk-bases", list), chosen = recall("gp-base", { id: -1 });
    make("legend", "", field, data.words.base);
    const note = make("div", "gp-desk-note", null);
    const choose = (base) => {
      if (this.base) { this.map.removeLayer(this.base); this.base = null; }
      note.textContent = base ? base.attribution : "";
      if (!base) return;
      const options = { minZoom: 0, maxZoom: 22, minNativeZoom: base.min, maxNativeZoom: base.max, subdomains: base.subdomains || "abc" };
      this.base = window.L.layerGroup([base.url, base.overlay].filter(Boolean).map((url) => window.L.tileLayer(url, options))).addTo(this.map);
    };
    [{ id: -1, name: data.words["no-base"] }, ...bases].forEach((base) => {
      const label = make("label", "", field), radio = make("input", "", label);
      radio.type = "radio"; radio.name = "gp-base-" + data.kind; radio.dataset.base = String(base.id);
      radio.checked = base.id === chosen.id;
      make("span", "", label, base.name);
      radio.addEventListener("change", () => { keep("gp-base", { id: base.id }); choose(base.id < 0 ? null : base); });
    });
    field.appendChild(note);
    choose(bases.find((base) => base.id === chosen.id) || null);
  }

  _layer(name) { return (this.layers || []).find((entry) => entry.name === name); }

  // ---- what is edited ------------------------------------------------------------------------------
  _edit(L, data) {
    if (this.edit) {
      const grid = numbers(this.edit.grid);
      // What was painted while the page was being drawn again is not in what came back.
      this.sent = this.sent.filter((stroke) => stroke.number > (this.edit.stroke || 0));
      this.sent.forEach((stroke) => stroke.units.forEach((i) => { grid[i] = stroke.grid; }));
      if (this.stroke) this.stroke.forEach((i) => { grid[i] = this.grid; });
      if (!this.paint) {
        this.paint = window.gridplan.cellLayer(this.cells, { classes: this.edit.grid, colours: this.edit.colours, opacity: 0.55, edges: this.cells.shape.count <= 3000 });
        this.map.addLayer(this.paint);
      }
      this.paint._o.colours = this.edit.colours;
      this.paint._classes = grid;
      this.paint.redraw();
      // The outlines of the plan are not those of the drawing.
      const outlines = this._layer("grids");
      if (outlines && this.map.hasLayer(outlines.layer)) this.map.removeLayer(outlines.layer);
    } else if (this.paint) {
      this.map.removeLayer(this.paint); this.paint = null;
      const outlines = this._layer("grids");
      if (outlines && outlines.show) this.map.addLayer(outlines.layer);
    }
    const planned = this._layer("centers");
    if (!this.sites) {
      if (this.marks) { this.map.removeLayer(this.marks); this.marks = null; }
      if (planned && planned.show && !this.map.hasLayer(planned.layer)) this.map.addLayer(planned.layer);
      return;
    }
    if (planned) this.map.removeLayer(planned.layer);
    if (!this.marks) { this.marks = L.layerGroup().addTo(this.map); this.drawn = new Map(); }
    this._sites(L);
  }

  // Centers that stayed as they were keep their symbols.
  _sites(L) {
    const now = new Map(this.sites.map((site) => [site.id, JSON.stringify(site)]));
    this.drawn.forEach((each, id) => {
      if (now.get(id) === each.told) return;
      this.marks.removeLayer(each.marker);
      this.drawn.delete(id);
    });
    this.sites.forEach((site) => {
      if (!this.drawn.has(site.id)) this.drawn.set(site.id, { told: now.get(site.id), movable: site.movable, marker: this._site(L, site) });
    });
    this.drawn.forEach((each) => {
      const free = this.tool === "move" && each.movable;
      each.marker.options.draggable = free;
      if (each.marker.dragging) each.marker.dragging[free ? "enable" : "disable"]();
    });
  }

  _site(L, site) {
    const marker = L.marker([site.at[1], site.at[0]], {
      icon: L.divIcon({ className: "gp-desk-site gp-symbol gp-desk-" + site.state, html: swatch(site.kind, site.fill), iconSize: [site.size, site.size] }),
      keyboard: true, title: site.name, alt: site.name, zIndexOffset: 500,
    });
    marker.bindTooltip(() => {
      const tip = make("div", "gp-tip");
      make("b", "", tip, site.name);
      site.lines.forEach((line) => make("div", "", tip, line));
      return tip;
    }, { direction: "auto" });
    marker.on("click", (e) => { L.DomEvent.stop(e); if (this.tool === "polygon") this._corner(marker.getLatLng()); else this._act({ act: this.tool === "close" ? "close" : "pick", id: site.id }); });
    marker.on("dragend", () => { const at = marker.getLatLng(); this._act({ act: "move", id: site.id, unit: this._at(at), lon: at.lng, lat: at.lat }); });
    this.marks.addLayer(marker);
    return marker;
  }

  _act(what) { this.events.setTriggerValue("act", what); }

  // ---- tools ---------------------------------------------------------------------------------------
  _tools(data) {
    this.bar.textContent = "";
    const words = this.words, of = data.tools || ["look"];
    if (!of.includes(this.tool)) this.tool = "look";
    if (of.length > 1) {
      const group = make("div", "gp-desk-group", this.bar);
      group.setAttribute("role", "toolbar");
      group.setAttribute("aria-label", words.tools);
      of.forEach((tool) => {
        const button = make("button", "gp-desk-tool" + (tool === this.tool ? " gp-on" : ""), group, words["tool-" + tool]);
        button.type = "button"; button.dataset.tool = tool; button.title = words["about-" + tool];
        button.setAttribute("aria-pressed", String(tool === this.tool));
        button.addEventListener("click", () => { this.tool = tool; this._tools(data); this._edit(window.L, data); });
      });
    }
    const home = make("button", "gp-desk-tool", make("div", "gp-desk-group", this.bar), words.home);
    home.type = "button";
    home.addEventListener("click", () => this._fit(this.home));
    const painting = ["brush", "box", "polygon", "community", "street"].includes(this.tool);
    if (painting && this.edit) {
      const group = make("div", "gp-desk-group", this.bar);
      make("span", "gp-desk-into", group, words.into);
      this.edit.names.forEach((name, at) => {
        const button = make("button", "gp-desk-tool" + (at === this.grid ? " gp-on" : ""), group);
        button.type = "button"; button.dataset.grid = String(at);
        button.setAttribute("aria-pressed", String(at === this.grid));
        button.appendChild(swatch("fill", this.edit.colours[at]));
        make("span", "", button, name);
        button.addEventListener("click", () => { this.grid = at; this._tools(data); });
      });
    }
    if (painting && this.tool === "brush") {
      const label = make("label", "gp-desk-group", this.bar, words.size), size = make("input", "", label);
      size.type = "range"; size.min = "4"; size.max = "60"; size.value = String(this.radius);
      size.addEventListener("input", () => { this.radius = Number(size.value); });
    }
    if (this.map) this.map.getContainer().style.cursor = this.tool === "look" ? "" : "crosshair";
    if (this.map && this.tool !== "polygon") this._forget();
    if (this.map) this.map.doubleClickZoom[this.tool === "polygon" ? "disable" : "enable"]();
    if (this.map) this.map.dragging[this.tool === "brush" || this.tool === "box" ? "disable" : "enable"]();
    const hint = words["about-" + this.tool];
    if (of.length > 1 && hint) make("div", "gp-desk-hint", this.bar, hint);
  }

  _at(latlng) {
    const p = this.map.project(latlng, 0), found = this.cells.shape.at(p.x / 256, p.y / 256);
    return found === undefined ? -1 : found;
  }

  // Middles of the units on the screen now: [x, y] in pixels of the map's container.
  _middles() {
    const world = 256 * Math.pow(2, this.map.getZoom()), origin = this.map.getPixelBounds().min;
    return { x: (v) => v * world - origin.x, y: (v) => v * world - origin.y };
  }

  _under(test) {
    const to = this._middles(), at = this.cells.shape.middles(), found = [];
    for (let i = 0; 2 * i < at.length; i++) if (test(to.x(at[2 * i]), to.y(at[2 * i + 1]))) found.push(i);
    return found;
  }

  _take(units) {
    const classes = this.paint._classes;
    units.forEach((i) => {
      if (i < 0 || this.edit.locked[classes[i]] || this.edit.locked[this.grid] || classes[i] === this.grid) return;
      classes[i] = this.grid;
      this.stroke.add(i);
    });
    if (!this.due) this.due = requestAnimationFrame(() => { this.due = 0; if (this.paint) this.paint.redraw(); });
  }

  _down(e) {
    if (!this.edit || !this.paint) return;
    if (this.tool === "brush") { this.stroke = new Set(); this._brush(e); }
    if (this.tool === "box") {
      this.stroke = new Set(); this.corner = e.latlng;
      this.frame = window.L.rectangle([e.latlng, e.latlng], { color: "#1f4e79", weight: 2, fillOpacity: 0.1, interactive: false }).addTo(this.map);
    }
  }

  _brush(e) {
    const p = e.containerPoint, r = this.radius;
    this._take([this._at(e.latlng), ...this._under((x, y) => (x - p.x) * (x - p.x) + (y - p.y) * (y - p.y) <= r * r)]);
  }

  _move(e) {
    if (!this.stroke) return;
    if (this.tool === "brush") this._brush(e);
    if (this.frame) { this.last = e.latlng; this.frame.setBounds([this.corner, e.latlng]); }
  }

  _up() {
    if (!this.stroke) return;
    if (this.frame) {
      const a = this.map.latLngToContainerPoint(this.corner), b = this.map.latLngToContainerPoint(this.last || this.corner);
      const west = Math.min(a.x, b.x), east = Math.max(a.x, b.x), north = Math.min(a.y, b.y), south = Math.max(a.y, b.y);
      this._take(this._under((x, y) => x >= west && x <= east && y >= north && y <= south));
      this.map.removeLayer(this.frame);
      this.frame = this.last = null;
    }
    this._send();
  }

  _send() {
    const units = [...this.stroke];
    this.stroke = null;
    if (!units.length) return;
    this.sent.push({ number: ++this.strokes, units: units, grid: this.grid });
    // All that is not known to have arrived: of two strokes in one breath the page may see the last.
    this._act({ act: "paint", strokes: this.sent });
  }

  // From the keyboard: the arrows move the map under the cross in its middle, and Enter does there
  // what the pen does; a box has two corners.
  _press() {
    const at = this.map.getCenter(), e = { latlng: at, containerPoint: this.map.latLngToContainerPoint(at) };
    if (this.frame) { this._move(e); this._up(); return; }
    if (this.tool === "brush" || this.tool === "box") {
      this._down(e);
      if (this.tool === "brush") this._up();
      return;
    }
    if (this.tool === "polygon" && this.edit) { this._corner(at); return; }
    const near = (this.sites || []).map((site) => ({ site: site, far: at.distanceTo([site.at[1], site.at[0]]) }))
      .sort((a, b) => a.far - b.far)[0];
    if (this.points && this.tool === "look") this._pickAt(e.containerPoint, 60);
    else if (this.tool === "close" && near) this._act({ act: "close", id: near.site.id });
    else this._click(e);
  }

  // Corners of an area, one by one; the first or the last of them once more closes it.
  _corner(at) {
    const corners = this.corners || [], near = (one) => this.map.latLngToContainerPoint(one).distanceTo(this.map.latLngToContainerPoint(at)) < 10;
    const closed = corners.length > 2 && (near(corners[0]) || near(corners[corners.length - 1]));
    this._forget();
    if (closed) { this._enclose(corners.map((one) => this.map.latLngToContainerPoint(one))); return; }
    this.corners = corners.some(near) ? corners : [...corners, at];
    this.area = window.L.polygon(this.corners, { color: "#1f4e79", weight: 3, fillOpacity: 0.1, interactive: false }).addTo(this.map);
  }

  _forget() {
    if (this.area) this.map.removeLayer(this.area);
    this.area = this.corners = null;
  }

  _enclose(ring) {
    const inside = (x, y) => ring.reduce((odd, a, i) => {
      const b = ring[(i + 1) % ring.length];
      return (a.y > y) !== (b.y > y) && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x ? !odd : odd;
    }, false);
    this.stroke = new Set();
    this._take(this._under(inside));
    this._up();
  }

  _click(e) {
    if (this.points && this.tool === "look") return;
    const unit = this._at(e.latlng);
    if (unit < 0) return;
    if ((this.tool === "community" || this.tool === "street") && this.edit) {
      const parents = numbers(this.parents[this.tool]);
      this.stroke = new Set();
      const same = [];
      parents.forEach((parent, i) => { if (parent === parents[unit]) same.push(i); });
      this._take(same);
      this._send();
    } else if (this.tool === "add" || this.tool === "look") {
      this._act({ act: this.tool === "add" ? "add" : "unit", unit: unit, lon: e.latlng.lng, lat: e.latlng.lat });
    }
  }

  _focus(L, focus) {
    this.focused = focus.number;
    this.map.setView([focus.at[1], focus.at[0]], Math.max(this.map.getZoom(), focus.zoom || 13));
    const ring = L.circleMarker([focus.at[1], focus.at[0]], { radius: 22, color: "#d55e00", weight: 4, fill: false, interactive: false }).addTo(this.map);
    setTimeout(() => this.map && this.map.removeLayer(ring), 4000);
  }

  // The center under the pointer, or none, where clicking tells of them.
  _pick(e) {
    if ((this.map.dragging.moved && this.map.dragging.moved()) || e.target.closest(".leaflet-control")) return;
    if (this.tool === "polygon" && this.edit) this._corner(this.map.mouseEventToLatLng(e));
    if (!this.points || this.tool !== "look") return;
    this._pickAt(this.map.mouseEventToContainerPoint(e), 15);
  }

  _pickAt(p, near) {
    let best = null;
    this.points.forEach((point) => {
      const at = this.map.latLngToContainerPoint([point.at[1], point.at[0]]), far = Math.hypot(at.x - p.x, at.y - p.y);
      if (far < near) { near = far; best = point.id; }
    });
    if (best !== null || this.picked) { this.picked = best; this._act({ act: "pick", id: best }); }
  }

  // A place that is asked about; it is brought into view where it is outside.
  _pin(L, pin) {
    if (this.pinned) { this.map.removeLayer(this.pinned); this.pinned = null; }
    if (!pin) return;
    const at = [pin[1], pin[0]];
    this.pinned = L.circleMarker(at, { radius: 14, color: "#d55e00", weight: 4, fillColor: "#d55e00", fillOpacity: 0.2, interactive: false }).addTo(this.map);
    if (!this.map.getBounds().contains(at)) this.map.setView(at, Math.max(this.map.getZoom(), 13), { animate: false });
  }

  close() { band.delete(this); document.removeEventListener("mouseup", this.lift); if (this.map) this.map.remove(); this.map = null; this.box.remove(); }
}

function swatch(kind, fill) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const add = (tag, values) => {
    const part = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(values).forEach(([name, value]) => part.setAttribute(name, value));
    svg.appendChild(part);
  };
  svg.setAttribute("viewBox", "-10 -10 20 20");
  svg.setAttribute("aria-hidden", "true");
  const edge = { stroke: "#ffffff", "stroke-width": "1.6", fill: fill };
  if (kind === "diamond") add("path", { d: "M0-9 9 0 0 9-9 0Z", ...edge });
  else if (kind === "cross") {
    add("rect", { x: -8.5, y: -8.5, width: 17, height: 17, rx: 3, ...edge });
    add("path", { d: "M0-5.5V5.5M-5.5 0H5.5", stroke: "#ffffff", "stroke-width": 3.4 });
  } else if (kind === "fill") add("rect", { x: -9, y: -7, width: 18, height: 14, fill: fill, stroke: "#888888" });
  else if (kind === "line") add("path", { d: "M-9 0H9", stroke: fill, "stroke-width": 3 });
  else if (kind === "dash") add("path", { d: "M-9 0H9", stroke: fill, "stroke-width": 3, "stroke-dasharray": "5 3" });
  else add("circle", { r: 8, ...edge });
  return svg;
}

export default function (component) {
  const { data, parentElement } = component;
  let desk = desks.get(parentElement);
  if (!desk) { desk = new Desk(parentElement); desks.set(parentElement, desk); }
  desk.latest = component;
  libraries(data.prefix).then(function () {
    // Of several looks that came while the scripts were loading, the last one counts.
    if (desks.get(parentElement) === desk && desk.latest === component) desk.show(data, component);
  });
  return function () {
    desks.delete(parentElement);
    desk.close();
  };
}
