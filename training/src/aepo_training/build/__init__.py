"""The model builder: from GGUF or Hugging Face weights to a folder that transformers.js loads."""
