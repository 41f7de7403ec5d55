using System.Text.Json;
using System.Text.Json.Serialization;
using Ferry.App.Commands.Demo;
using Ferry.Runtime;

namespace Ferry.App.Control;

// What the control API takes, besides what the facade defines.
internal sealed record NothingBody;
internal sealed record JoinBody(string Address);
internal sealed record SearchBody(string Query);
internal sealed record PathBody(string Path);
internal sealed record CancelBody(string Transfer);

/// <summary>What <c>leave</c>, <c>unshare</c> and the like answer: there is nothing else to say.</summary>
internal sealed record DoneInfo(string Done);

/// <summary>A failure, as an answer of its own or as the last line of a stream.</summary>
/// <param name="Kind">failed, usage, nothingFound, refused: the names of <see cref="FailureKind"/>.</param>
internal sealed record Problem(string Kind, string Message)
{
    public static Problem From(FerryException failure) => new(Name(failure.Kind), failure.Message);

    public FerryException ToException() => new(KindOf(Kind), Message);

    /// <summary>Names this version does not know are failures like any other.</summary>
    public static FailureKind KindOf(string name) => name switch
    {
        "usage" => FailureKind.Usage,
        "nothingFound" => FailureKind.NothingFound,
        "refused" => FailureKind.Refused,
        _ => FailureKind.Failed,
    };

    private static string Name(FailureKind kind) => kind switch
    {
        FailureKind.Usage => "usage",
        FailureKind.NothingFound => "nothingFound",
        FailureKind.Refused => "refused",
        _ => "failed",
    };
}

/// <summary>The last line of a stream that did not end well.</summary>
internal sealed record StreamEnd(Problem Problem)
{
    /// <summary>How such a line begins; no other line does.</summary>
    public const string Mark = "{\"problem\":";
}

/// <summary>How everything is written and read: the control API and <c>--json</c> speak the same words.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(NothingBody))]
[JsonSerializable(typeof(JoinBody))]
[JsonSerializable(typeof(SearchBody))]
[JsonSerializable(typeof(PathBody))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(RequestOptions))]
[JsonSerializable(typeof(DiagnoseOptions))]
[JsonSerializable(typeof(DiagnosisInfo))]
[JsonSerializable(typeof(DoneInfo))]
[JsonSerializable(typeof(DemoInfo))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(StreamEnd))]
[JsonSerializable(typeof(JoinInfo))]
[JsonSerializable(typeof(ShareInfo))]
[JsonSerializable(typeof(StatusInfo))]
[JsonSerializable(typeof(TransferInfo))]
[JsonSerializable(typeof(SearchHitInfo))]
[JsonSerializable(typeof(RequestEvent))]
[JsonSerializable(typeof(IReadOnlyList<DiscoveredInfo>))]
[JsonSerializable(typeof(IReadOnlyList<FileInfoLine>))]
[JsonSerializable(typeof(IReadOnlyList<PeerInfo>))]
[JsonSerializable(typeof(IReadOnlyList<RouteInfo>))]
[JsonSerializable(typeof(IReadOnlyList<TransferInfo>))]
internal sealed partial class ControlJson : JsonSerializerContext;
