"""Making a roster public: which system, with whose consent, and what the CDN is told."""
