using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Diagnostics;

/// <summary>What is logged of transfers: numbers 4000 to 4099. Names of files are for debugging only.</summary>
internal static partial class TransferLog
{
    [LoggerMessage(
        4000, LogLevel.Information, "Download {Content} starts: {Size} bytes, {Holders} holders known")]
    public static partial void DownloadStarted(ILogger log, string content, long size, int holders);

    [LoggerMessage(4001, LogLevel.Information, "Download {Content} is taken up from the log at {Percent} %")]
    public static partial void DownloadFound(ILogger log, string content, int percent);

    [LoggerMessage(4002, LogLevel.Information, "Download {Content} comes from {Sources}")]
    public static partial void SourcesChanged(ILogger log, string content, string sources);

    [LoggerMessage(4003, LogLevel.Information, "Download {Content} is stalled at {Percent} %: {Reason}")]
    public static partial void DownloadStalled(ILogger log, string content, int percent, string reason);

    [LoggerMessage(4004, LogLevel.Information, "Download {Content} goes on at {Percent} %, from {Sources}")]
    public static partial void DownloadGoesOn(ILogger log, string content, int percent, string sources);

    [LoggerMessage(
        4005, LogLevel.Information,
        "Download {Content} is complete: {Size} bytes in {Seconds:0.###} s, {Rate} bytes/s, {Resent} bytes came again, "
        + "from {Sources}")]
    public static partial void DownloadCompleted(
        ILogger log, string content, long size, double seconds, long rate, long resent, string sources);

    [LoggerMessage(4006, LogLevel.Information, "Download {Content} is here already")]
    public static partial void DownloadWasThere(ILogger log, string content);

    [LoggerMessage(4007, LogLevel.Information, "Download {Content} has failed at {Percent} %: {Reason}")]
    public static partial void DownloadFailed(ILogger log, string content, int percent, string reason);

    [LoggerMessage(4008, LogLevel.Information, "Download {Content} has its first piece of {Transfer} from {Holder}")]
    public static partial void TransferBegun(ILogger log, string content, string transfer, string holder);

    [LoggerMessage(4010, LogLevel.Information, "Upload {Content} to {Requester} ({Transfer}) starts: {Size} bytes")]
    public static partial void UploadStarted(
        ILogger log, string content, string requester, string transfer, long size);

    [LoggerMessage(
        4011, LogLevel.Information,
        "Upload {Content} to {Requester} ({Transfer}) is taken up from the log at {Acked} bytes")]
    public static partial void UploadFound(
        ILogger log, string content, string requester, string transfer, long acked);

    [LoggerMessage(
        4012, LogLevel.Information,
        "Upload {Content} to {Requester} ({Transfer}) is stalled at {Acked} bytes: {Reason}")]
    public static partial void UploadStalled(
        ILogger log, string content, string requester, string transfer, long acked, string reason);

    [LoggerMessage(
        4013, LogLevel.Information, "Upload {Content} to {Requester} ({Transfer}) goes on at {Acked} bytes")]
    public static partial void UploadGoesOn(
        ILogger log, string content, string requester, string transfer, long acked);

    [LoggerMessage(
        4014, LogLevel.Information,
        "Upload {Content} to {Requester} ({Transfer}) has ended, {Reason}: {Sent} bytes sent, {Acked} ACKed by then, "
        + "{Rate} bytes/s at last")]
    public static partial void UploadEnded(
        ILogger log, string content, string requester, string transfer, string reason, long sent, long acked,
        long rate);

    [LoggerMessage(4030, LogLevel.Information, "{Transfer} is passed on, from {Holder} to {Requester}")]
    public static partial void PassedOn(ILogger log, string transfer, string holder, string requester);

    [LoggerMessage(4020, LogLevel.Debug, "{Content} is {Name}")]
    public static partial void Named(ILogger log, string content, string name);
}
