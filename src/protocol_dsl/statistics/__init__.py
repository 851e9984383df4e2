"""The arithmetic of endpoints: outcomes of participants become estimates by arm. The only room that knows scipy."""
