namespace Ferry.App.Control;

/// <summary>No node runs with this home, or it went away in the middle. Exit code 4.</summary>
internal sealed class NoNodeException(string message, Exception? inner = null) : Exception(message, inner);
