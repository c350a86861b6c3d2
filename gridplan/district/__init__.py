"""The district floor: files -> one validated, frozen value in one metric CRS.

GDAL learns which drivers it may load from the environment, once, when it is first imported.
Formats that fetch, execute or point elsewhere (virtual layers, web services, databases) are
switched off here, before any module of this floor can import it.
"""

from __future__ import annotations

import os

REFUSED_DRIVERS = (
    "OGR_VRT,VRT,GDALG,HTTP,WFS,OAPIF,OGCAPI,CSW,WMS,WMTS,WCS,Carto,AmigoCloud,NGW,EEDA,PLSCENES,"
    "Elasticsearch,PGDUMP,ADBC,AIVector,GTFS,LVBAG,GML,MapML,GeoRSS,"
    "LIBKML,GPX,PDF,PDS4,VICAR,OSM,ODS,XLSX,DXF,DGN,TopoJSON,ESRIJSON,GeoJSONSeq,"
    "JSONFG,MVT,PMTiles,MBTiles,S57,EDIGEO,VFK,VDV,SXF,Selafin,OGR_GMT,WAsP,JML,Idrisi,"
    "AVCBin,AVCE00,GPSBabel,MiraMonVector,PCIDSK"
)
"""Drivers GDAL must not load: what is left reads files that hold their own content, no others."""

os.environ.setdefault("GDAL_SKIP", REFUSED_DRIVERS)
