using System.Text.Json.Serialization.Metadata;
using Ferry.Runtime;

namespace Ferry.App.Control;

/// <summary>A command of the control API: <c>POST /COMMAND</c>.</summary>
/// <param name="Answer">Of the answer, or, when it is a stream, of each item.</param>
internal sealed record ControlCall<TBody, TAnswer>(
    string Command, JsonTypeInfo<TBody> Body, JsonTypeInfo<TAnswer> Answer);

/// <summary>The commands of the control API. Client and server both read this table.</summary>
internal static class ControlCalls
{
    private static readonly ControlJson Json = ControlJson.Default;

    public static ControlCall<JoinBody, JoinInfo> Join { get; } = new("join", Json.JoinBody, Json.JoinInfo);

    public static ControlCall<NothingBody, IReadOnlyList<DiscoveredInfo>> Discover { get; } =
        new("discover", Json.NothingBody, Json.IReadOnlyListDiscoveredInfo);

    public static ControlCall<NothingBody, DoneInfo> Leave { get; } = new("leave", Json.NothingBody, Json.DoneInfo);

    public static ControlCall<InviteOptions, InviteInfo> Invite { get; } =
        new("invite", Json.InviteOptions, Json.InviteInfo);

    public static ControlCall<NodeBody, KnownNodeInfo> Admit { get; } =
        new("admit", Json.NodeBody, Json.KnownNodeInfo);

    public static ControlCall<NodeBody, KnownNodeInfo> Trust { get; } =
        new("trust", Json.NodeBody, Json.KnownNodeInfo);

    public static ControlCall<NodeBody, KnownNodeInfo> Block { get; } =
        new("block", Json.NodeBody, Json.KnownNodeInfo);

    public static ControlCall<NodeBody, KnownNodeInfo> Forget { get; } =
        new("forget", Json.NodeBody, Json.KnownNodeInfo);

    /// <summary>A stream.</summary>
    public static ControlCall<SearchBody, RequestEvent> Search { get; } =
        new("search", Json.SearchBody, Json.RequestEvent);

    /// <summary>A stream.</summary>
    public static ControlCall<RequestOptions, RequestEvent> Request { get; } =
        new("request", Json.RequestOptions, Json.RequestEvent);

    /// <summary>A stream.</summary>
    public static ControlCall<SendOptions, OfferInfo> Send { get; } = new("send", Json.SendOptions, Json.OfferInfo);

    /// <summary>A stream.</summary>
    public static ControlCall<AcceptOptions, RequestEvent> Accept { get; } =
        new("accept", Json.AcceptOptions, Json.RequestEvent);

    public static ControlCall<OfferBody, OfferInfo> Refuse { get; } = new("refuse", Json.OfferBody, Json.OfferInfo);

    public static ControlCall<ShareBody, ShareInfo> Share { get; } = new("share", Json.ShareBody, Json.ShareInfo);

    public static ControlCall<PathBody, DoneInfo> Unshare { get; } = new("unshare", Json.PathBody, Json.DoneInfo);

    /// <summary>A stream.</summary>
    public static ControlCall<NothingBody, FileInfoLine> Files { get; } =
        new("files", Json.NothingBody, Json.FileInfoLine);

    public static ControlCall<NothingBody, IReadOnlyList<PeerInfo>> Peers { get; } =
        new("peers", Json.NothingBody, Json.IReadOnlyListPeerInfo);

    public static ControlCall<NothingBody, IReadOnlyList<RouteInfo>> Routes { get; } =
        new("routes", Json.NothingBody, Json.IReadOnlyListRouteInfo);

    public static ControlCall<NothingBody, IReadOnlyList<TransferInfo>> Transfers { get; } =
        new("transfers", Json.NothingBody, Json.IReadOnlyListTransferInfo);

    public static ControlCall<NothingBody, StatusInfo> Status { get; } =
        new("status", Json.NothingBody, Json.StatusInfo);

    public static ControlCall<CancelBody, IReadOnlyList<TransferInfo>> Cancel { get; } =
        new("cancel", Json.CancelBody, Json.IReadOnlyListTransferInfo);

    public static ControlCall<PauseBody, IReadOnlyList<TransferInfo>> Pause { get; } =
        new("pause", Json.PauseBody, Json.IReadOnlyListTransferInfo);

    public static ControlCall<PauseBody, IReadOnlyList<TransferInfo>> Resume { get; } =
        new("resume", Json.PauseBody, Json.IReadOnlyListTransferInfo);

    public static ControlCall<LimitBody, IReadOnlyList<LimitInfo>> Limit { get; } =
        new("limit", Json.LimitBody, Json.IReadOnlyListLimitInfo);

    public static ControlCall<DiagnoseOptions, DiagnosisInfo> Diagnose { get; } =
        new("diagnose", Json.DiagnoseOptions, Json.DiagnosisInfo);
}
