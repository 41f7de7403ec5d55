using System.Diagnostics.CodeAnalysis;

namespace Ferry.Transports;

/// <summary>A value, or why there is none. Failures that others cause are results here, not exceptions.</summary>
public sealed class Outcome<T>
    where T : class
{
    private Outcome(T? value, LinkFailure? failure)
    {
        Value = value;
        Failure = failure;
    }

    public T? Value { get; }
    public LinkFailure? Failure { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Value is not null;

    public static Outcome<T> Of(T value) => new(value, null);
    public static Outcome<T> Failed(LinkFailure failure) => new(null, failure);

    public static implicit operator Outcome<T>(LinkFailure failure) => Failed(failure);
}
