"""The pages of the Streamlit app: widgets over the library, no arithmetic of their own."""
