"""How each kind of source is walked. A kind is a spider; a source is data."""
