using Ferry.Runtime;

namespace Ferry.App.Commands;

/// <summary>
/// What is planned and not there is refused with a plain word. To ignore it would be worse: a node that was given a
/// passphrase and does not ask for it is open to everybody.
/// </summary>
internal static class NotYet
{
    public static FerryException Failure(string what, string wayOut) =>
        new(FailureKind.Usage, $"this version has no {what} yet: {wayOut}");
}
