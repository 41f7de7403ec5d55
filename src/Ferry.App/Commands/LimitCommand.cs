using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class LimitCommand : FerryCommand
{
    private static readonly Column[] Columns =
        [new("For"), new("Up", IsNumber: true), new("Down", IsNumber: true)];

    private readonly Argument<string[]> _words = new("LIMIT")
    {
        Arity = new ArgumentArity(0, 3),
        Description = "[NODE|tcp|bluetooth] up|down RATE|off; without it, what holds.",
    };

    public LimitCommand() : base("limit", "Limit how fast files are sent and fetched") =>
        Add(_words, ValueKinds.Node);

    public override IReadOnlyList<string> Details =>
    [
        "RATE is in bytes a second: 500K, 2M, 1.5MB, 64KiB; 'off' takes the limit away. Without NODE, tcp or " +
        "bluetooth it holds for all together; what fits several limits keeps to all of them. Limits are kept in the " +
        "home.",
        "Up counts file data that this node sends, its own and what it passes on for others. Down is what it asks " +
        "holders for, chunk by chunk: in the long run it holds, for moments more may come. What steers transfers, " +
        "searches and finds routes is never held back.",
        "There is no quota and no flag for metered connections: 'pause' stops transfers.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("limit", "Shows what holds."),
        new("limit up 2M", "Sends at most two megabytes a second."),
        new("limit bluetooth down 100K", "Fetches slowly where the radio is shared."),
        new("limit boat up off", "To this neighbour at any rate again."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var limits = await context.Node.LimitAsync(Read(parsed.GetValue(_words) ?? []), cancel);
        foreach (var limit in limits) context.Screen.Json(limit, ControlJson.Default.LimitInfo);
        if (limits.Count == 0) context.Screen.Note("Nothing is limited.");
        else context.Screen.Table(Columns, limits.Select(Row));
        return ExitCode.Done;
    }

    /// <summary>Null when nothing is to be changed.</summary>
    /// <exception cref="FerryException">The words are no limit.</exception>
    public static LimitChange? Read(IReadOnlyList<string> words)
    {
        var (where, direction, rate) = words switch
        {
            [] => (null, null, null),
            [var way, var most] => ((string?)null, (string?)way, (string?)most),
            [var place, var way, var most] => (place, way, most),
            _ => throw Misuse($"'{words[0]}' alone is no limit"),
        };
        if (direction is null || rate is null) return null;
        LimitDirection? read = direction switch
        {
            "up" => LimitDirection.Up,
            "down" => LimitDirection.Down,
            _ => null,
        };
        if (read is not { } known) throw Misuse($"a limit is up or down, not '{direction}'");
        return new LimitChange(where, known, Rate(rate).BytesPerSecond);
    }

    /// <exception cref="FerryException">It is no rate.</exception>
    public static RateLimitOption Rate(string text)
    {
        if (text == "off") return new RateLimitOption(null);
        var number = text.EndsWith("/s", StringComparison.OrdinalIgnoreCase) ? text[..^2] : text;
        return Units.ParseSize(number) is { } bytes and > 0 ? new RateLimitOption(bytes)
            : throw Misuse($"'{text}' is no rate");
    }

    private static FerryException Misuse(string what) =>
        new(FailureKind.Usage, $"{what}: write 'limit up 2M', 'limit NODE down 500K' or 'limit up off'");

    private static IReadOnlyList<string> Row(LimitInfo limit) =>
    [
        limit.Transport ?? (limit.Node is { } node ? $"{limit.Nickname} ({ShortId.Of(node)})".TrimStart() : "all"),
        Shown(limit.Up), Shown(limit.Down),
    ];

    private static string Shown(long? rate) => rate is { } bytes ? Units.Rate(bytes) : "-";
}
