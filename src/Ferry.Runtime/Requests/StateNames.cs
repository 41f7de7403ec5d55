using Ferry.Protocol;

namespace Ferry.Runtime.Requests;

/// <summary>The words that users and their scripts see; stable.</summary>
internal static class StateNames
{
    public static string Of(TransferState state) => state switch
    {
        TransferState.Searching => "searching",
        TransferState.Starting => "starting",
        TransferState.Running => "running",
        TransferState.Resuming => "resuming",
        TransferState.Paused => "paused",
        TransferState.Finishing => "finishing",
        _ => "ended",
    };
}
