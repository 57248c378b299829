"""Ways to people and programs: e-mail, webhook, file. One ``Channel`` each."""
