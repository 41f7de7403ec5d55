using Ferry.Runtime;
using Microsoft.Extensions.Logging;

namespace Ferry.App.Commands;

/// <summary>What is logged of the program around a node: numbers 5000 to 5099.</summary>
internal static partial class NodeLog
{
    [LoggerMessage(5000, LogLevel.Error, "The node has stopped ({Kind}): {Reason}")]
    public static partial void Failed(ILogger log, FailureKind kind, string reason);
}
