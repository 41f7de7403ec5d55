namespace Ferry.Transports.Lan.DnsSd;

/// <summary>What the daemon says of services.</summary>
internal abstract record AvahiNews(ServiceKey Service)
{
    public sealed record Come(ServiceKey Service, uint Flags) : AvahiNews(Service);
    public sealed record Gone(ServiceKey Service) : AvahiNews(Service);

    /// <param name="Address">In digits, or anything else.</param>
    public sealed record Resolved(ServiceKey Service, string Address) : AvahiNews(Service);
}
