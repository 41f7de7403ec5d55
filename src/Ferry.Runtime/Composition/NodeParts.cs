using Ferry.Runtime.Diagnostics;
using Ferry.Runtime.Finding;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Runtime.Requests;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Composition;

/// <summary>What stays through all runs of a node.</summary>
/// <param name="Home">Locked until the node is disposed.</param>
internal sealed record NodeGround(
    HomeFolder Home, Warnings Warnings, Quarantine Quarantine, WaitingList Waiting,
    PassphraseKey? Passphrase, GuessLimit Guesses, NetworkKeys Keys, TimeProvider Time, ILoggerFactory Logs);

/// <summary>A run of a node that has started: what its users ask of, and what ends it.</summary>
/// <param name="Options">As the run was started.</param>
/// <param name="Stops">Ends everything but the ground.</param>
internal sealed record NodeParts(
    NodeOptions Options, NodeLife Life, StopStack Stops, Membership Membership, NodeDecisions Decisions,
    Invitations Invitations, NearNodes Near, NetworkViews Network, Searches Searches, FileRequests Requests,
    Pushes Pushes, Shares Shares, Transfers Transfers, Limits Limits, NodeStatus Status, Diagnosis Diagnosis)
{
    /// <summary>
    /// How the next run starts: at the addresses that this one has, and what was said meanwhile stays said. Shares,
    /// limits and what the user joined are in the home.
    /// </summary>
    public (NodeOptions Options, bool HasLeft) Again =>
        (Options with
        {
            Listen = Membership.Listen,
            Join = Membership.Join,
            Shares = [],
            LimitUp = null,
            LimitDown = null,
        }, Membership.HasLeft);
}

/// <summary>The part of a node that makes links.</summary>
internal sealed record NodeNetwork(
    Membership Membership, Listeners Listeners, Connector Connector, NearNodes Near, NetworkViews Views,
    NodeDecisions Decisions, Invitations Invitations);
