"""The portal of the persons themselves: sign-in, and pages rendered here, in Chinese and English, without scripts."""
