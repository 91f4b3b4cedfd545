"""What is done to programmes, their people, contents and terms; each writes its audit entry in its own transaction."""
