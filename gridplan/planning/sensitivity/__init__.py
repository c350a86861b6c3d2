"""How a plan stands where what it rests on is otherwise."""
