namespace Ferry.Simulation.Replay;

/// <summary>The core does not do what it did when it was recorded.</summary>
internal sealed class ReplayDifferenceException(string message) : Exception(message);
