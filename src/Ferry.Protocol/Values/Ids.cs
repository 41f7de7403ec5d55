namespace Ferry.Protocol.Values;

/// <summary>Names a node: SHA-256 of its public key (the DER SubjectPublicKeyInfo of its P-256 key).</summary>
public readonly record struct NodeId(Bytes32 Hash) : IComparable<NodeId>
{
    /// <summary>No node; as a destination, everybody (a flood).</summary>
    public static readonly NodeId None;

    public bool IsNone => this == None;
    public int CompareTo(NodeId other) => Hash.CompareTo(other.Hash);
    public override int GetHashCode() => Hash.GetHashCode();
    public override string ToString() => Hash.ToString();

    /// <summary>For people.</summary>
    public string Short => Hash.Short;
}

/// <summary>Names a link of this node, for as long as the link is up; never reused while the node runs.</summary>
public readonly record struct LinkId(int Value) : IComparable<LinkId>
{
    public int CompareTo(LinkId other) => Value.CompareTo(other.Value);
    public override string ToString() => $"link {Value}";
}

/// <summary>Names a flood (File Search or Route Request): 128 bits of its origin, which nobody foretells.</summary>
public readonly record struct QueryId(UInt128 Value)
{
    public override int GetHashCode() => (int)(ulong)Value;
    public override string ToString() => Value.ToString("x32");
}

/// <summary>
/// Names one session of one content going from one holder to one requester: 128 bits chosen by the requester, which
/// nobody foretells. A session that one side lost (it restarted) is followed by a new one with new keys.
/// </summary>
public readonly record struct TransferId(UInt128 Value) : IComparable<TransferId>
{
    public int CompareTo(TransferId other) => Value.CompareTo(other.Value);
    public override int GetHashCode() => (int)(ulong)Value;
    public override string ToString() => Value.ToString("x32");
}
