using System.Text.Json.Serialization;
using Ferry.App.Commands.Demo;
using Ferry.Runtime;

namespace Ferry.App.Control;

// What the control API takes, besides what the facade defines.
internal sealed record NothingBody;
internal sealed record JoinBody(string Address);
internal sealed record NodeBody(string Node);

/// <summary>What <c>passphrase</c> proposes.</summary>
/// <param name="Bits">How much chance is in it.</param>
internal sealed record PassphraseInfo(string Passphrase, int Bits);

internal sealed record SearchBody(string Query, bool IsPublic = false);
internal sealed record PathBody(string Path);
internal sealed record ShareBody(string Path, bool Hidden = false);
internal sealed record CancelBody(string Transfer);
internal sealed record OfferBody(string What);
internal sealed record PauseBody(string? Transfer);
internal sealed record LimitBody(LimitChange? Change);

/// <summary>What <c>leave</c>, <c>unshare</c> and the like answer: there is nothing else to say.</summary>
internal sealed record DoneInfo(string Done);

/// <summary>A failure, as an answer of its own or as the last event of a stream.</summary>
internal sealed record Problem(FailureKind Kind, string Message);

/// <summary>How everything is written and read: the control API and <c>--json</c> speak the same words.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(NothingBody))]
[JsonSerializable(typeof(JoinBody))]
[JsonSerializable(typeof(NodeBody))]
[JsonSerializable(typeof(PassphraseInfo))]
[JsonSerializable(typeof(InviteOptions))]
[JsonSerializable(typeof(InviteInfo))]
[JsonSerializable(typeof(KnownNodeInfo))]
[JsonSerializable(typeof(SearchBody))]
[JsonSerializable(typeof(PathBody))]
[JsonSerializable(typeof(ShareBody))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(PauseBody))]
[JsonSerializable(typeof(LimitBody))]
[JsonSerializable(typeof(LimitInfo))]
[JsonSerializable(typeof(IReadOnlyList<LimitInfo>))]
[JsonSerializable(typeof(RequestOptions))]
[JsonSerializable(typeof(SendOptions))]
[JsonSerializable(typeof(AcceptOptions))]
[JsonSerializable(typeof(OfferBody))]
[JsonSerializable(typeof(OfferInfo))]
[JsonSerializable(typeof(DiagnoseOptions))]
[JsonSerializable(typeof(DiagnosisInfo))]
[JsonSerializable(typeof(DoneInfo))]
[JsonSerializable(typeof(DemoInfo))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(JoinInfo))]
[JsonSerializable(typeof(ShareInfo))]
[JsonSerializable(typeof(StatusInfo))]
[JsonSerializable(typeof(TransferInfo))]
[JsonSerializable(typeof(SearchHitInfo))]
[JsonSerializable(typeof(FileInfoLine))]
[JsonSerializable(typeof(RequestEvent))]
[JsonSerializable(typeof(IReadOnlyList<DiscoveredInfo>))]
[JsonSerializable(typeof(IReadOnlyList<PeerInfo>))]
[JsonSerializable(typeof(IReadOnlyList<RouteInfo>))]
[JsonSerializable(typeof(IReadOnlyList<TransferInfo>))]
internal sealed partial class ControlJson : JsonSerializerContext;
