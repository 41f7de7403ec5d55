namespace Ferry.Simulation.World;

/// <summary>A promise of the program was broken. The message says which, by whom and when.</summary>
internal sealed class SimFailure(string message) : Exception(message);
