namespace Ferry.App.Control;

/// <summary>
/// What a stream of the control API consists of: server-sent events, whose types these are. One that does not end with
/// <see cref="End"/> or <see cref="Failed"/> was cut.
/// </summary>
internal abstract record StreamPart<T>
{
    private StreamPart(string type) => Type = type;

    public string Type { get; }

    public sealed record Item(T Value) : StreamPart<T>(ItemType);

    public sealed record Failed(Problem Problem) : StreamPart<T>(FailedType);

    public sealed record End() : StreamPart<T>(EndType);

    public const string ItemType = "item";
    public const string FailedType = "problem";
    public const string EndType = "end";
}
