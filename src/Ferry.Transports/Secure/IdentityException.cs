namespace Ferry.Transports.Secure;

/// <summary>The node's key cannot be used. The message is for the user.</summary>
public sealed class IdentityException(string message, Exception? inner = null) : Exception(message, inner);
