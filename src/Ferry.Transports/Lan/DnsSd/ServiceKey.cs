namespace Ferry.Transports.Lan.DnsSd;

/// <summary>
/// A service as the daemon tells it apart: of one node there may be several, for each card and family.
/// </summary>
/// <param name="Card">The index of the network interface where it was heard.</param>
/// <param name="Family">The daemon's number for the family of addresses.</param>
/// <param name="Name">What the service calls itself; anything.</param>
internal readonly record struct ServiceKey(int Card, int Family, string Name, string Domain);
