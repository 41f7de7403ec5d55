using Ferry.Protocol.Values;

namespace Ferry.Protocol.Recording;

/// <summary>
/// A closed set of records and how each is passed over. A case is recorded by its place in the order in which they were
/// added.
/// </summary>
internal sealed class Cases<T> where T : class
{
    private readonly List<Func<Fields, T?, T>> _passes = [];
    private readonly Dictionary<Type, int> _places = [];

    public IReadOnlyCollection<Type> Types => _places.Keys;

    public Cases<T> Add<TCase>(Func<Fields, TCase?, TCase> pass) where TCase : class, T
    {
        _places.Add(typeof(TCase), _passes.Count);
        _passes.Add((fields, value) => pass(fields, (TCase?)value));
        return this;
    }

    public T Pass(Fields fields, T? value)
    {
        var place = fields.Case(value is null ? null : _places[value.GetType()], _passes.Count);
        return _passes[place](fields, value);
    }
}
