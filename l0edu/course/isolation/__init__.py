"""How is code called that nobody trusts? Over a border that only plain numbers, texts and arrays can pass."""
