"""Finding bad labels: checks on what people and machines drew, without looking at the pictures.

`check.check` runs all checks on the boxes of a clip (`tracks.Tracks`; `seqlabel` and `mot` read
files); `outlines`, `key_points`, `images`, `spans`, `workers` and `cuboids` hold those for other
labels. A check answers `findings.Finding`s. Needs numpy and msgspec. Measured in docs/quality.md.
"""
