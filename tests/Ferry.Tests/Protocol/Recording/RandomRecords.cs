using System.Collections;
using System.Reflection;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Tests.Protocol.Wire;

namespace Ferry.Tests.Protocol.Recording;

/// <summary>
/// Records of any kind by chance, the same for the same seed: made by their constructors, with a value for every
/// property, so that a new record or a new field is there without a word here.
/// </summary>
internal sealed class RandomRecords(ulong seed, Func<string>? text = null)
{
    private readonly SeededRandom _random = new(seed);
    private readonly RandomMessages _messages = new(seed);

    /// <summary>All kinds of a closed set.</summary>
    public static IEnumerable<Type> KindsOf(Type set) =>
        set.GetNestedTypes().Where(type => type.IsSubclassOf(set));

    public T Next<T>() => (T)Next(typeof(T))!;

    public object? Next(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return _random.Next(3) == 0 ? null : Next(inner);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(_random.Next(Enum.GetValues(type).Length));
        if (type.IsAssignableTo(typeof(Message))) return Message(type);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) return List(type);
        if (KindsOf(type).ToList() is { Count: > 0 } kinds) return Next(kinds[_random.Next(kinds.Count)]);
        return Simple(type) ?? Record(type);
    }

    private object? Simple(Type type)
    {
        var number = _random.NextUInt64();
        if (_random.Next(4) == 0) number >>= _random.Next(64);
        if (type == typeof(string)) return text?.Invoke() ?? (_random.Next(4) == 0 ? "" : $"text {number:x} ☂");
        if (type == typeof(bool)) return number % 2 == 0;
        if (type == typeof(byte)) return (byte)number;
        if (type == typeof(int)) return (int)number;
        if (type == typeof(long)) return (long)number;
        if (type == typeof(ulong)) return number;
        if (type == typeof(double)) return _random.NextDouble() * 1e9;
        if (type == typeof(UInt128)) return _random.NextUInt128();
        if (type == typeof(TimeSpan)) return new TimeSpan((long)number);
        if (type == typeof(ReadOnlyMemory<byte>)) return new ReadOnlyMemory<byte>(BitConverter.GetBytes(number));
        if (type == typeof(Payload)) return new BytesPayload(_random.Next(1000));
        if (type == typeof(Manifest)) return Some.Content(_random.Next(20), (int)number);
        if (type == typeof(ChunkLayout)) return ChunkLayout.For((long)(number % ChunkLayout.ContentBytesMax));
        if (type == typeof(ChunkMap)) return Chunks(_random.Next(200));
        return null;
    }

    private object Message(Type type)
    {
        if (type == typeof(Message)) return _messages.Next();
        return type == typeof(RoutedMessage)
            ? _messages.Next(MessageType.Ack) : _messages.Next(Enum.Parse<MessageType>(type.Name));
    }

    private ChunkMap Chunks(int count)
    {
        var map = new ChunkMap(count);
        for (var chunk = 0; chunk < count; chunk++)
            if (_random.Next(2) == 0) map.Add(chunk);
        return map;
    }

    private IList List(Type type)
    {
        var item = type.GetGenericArguments()[0];
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        for (var left = _random.Next(4); left > 0; left--) list.Add(Next(item));
        return list;
    }

    private object Record(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)!;
        var arguments = constructor.GetParameters().Select(parameter =>
            MayBeNull(parameter) && _random.Next(3) == 0 ? null : Next(parameter.ParameterType)).ToArray();
        var record = constructor.Invoke(arguments);
        var given = constructor.GetParameters().Select(parameter => parameter.Name).ToHashSet();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            if (property.CanWrite && !given.Contains(property.Name))
                property.SetValue(record, Next(property.PropertyType));
        return record;
    }

    private static bool MayBeNull(ParameterInfo parameter) =>
        new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;
}
