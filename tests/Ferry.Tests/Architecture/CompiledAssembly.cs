using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Ferry.Tests.Architecture;

/// <summary>What a built assembly says about itself, read from its metadata: nothing that was kept is missed.</summary>
internal sealed class CompiledAssembly : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    private CompiledAssembly(PEReader file) => (_file, _metadata) = (file, file.GetMetadataReader());

    public static CompiledAssembly Open(string name) =>
        new(new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll"))));

    public void Dispose() => _file.Dispose();

    public IReadOnlyList<string> References =>
    [
        .. _metadata.AssemblyReferences
            .Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name)),
    ];

    /// <summary>
    /// Pairs of types of this assembly, user and used: through base types, interfaces, fields, signatures, attributes,
    /// locals and instructions. Nested types count as the type they are nested in.
    /// </summary>
    public IEnumerable<(string User, string Used)> TypeUses()
    {
        foreach (var handle in _metadata.TypeDefinitions)
        {
            var collector = new TypeCollector(_metadata);
            Collect(_metadata.GetTypeDefinition(handle), collector);
            var user = OutermostName(handle);
            foreach (var used in collector.Found.Select(OutermostName).Distinct())
            {
                if (used != user) yield return (user, used);
            }
        }
    }

    private void Collect(TypeDefinition type, TypeCollector collector)
    {
        collector.Add(type.BaseType);
        foreach (var handle in type.GetInterfaceImplementations())
        {
            collector.Add(_metadata.GetInterfaceImplementation(handle).Interface);
        }
        CollectAttributes(type.GetCustomAttributes(), collector);
        CollectConstraints(type.GetGenericParameters(), collector);
        foreach (var handle in type.GetFields())
        {
            var field = _metadata.GetFieldDefinition(handle);
            field.DecodeSignature(collector, null);
            CollectAttributes(field.GetCustomAttributes(), collector);
        }
        foreach (var handle in type.GetMethods()) Collect(_metadata.GetMethodDefinition(handle), collector);
    }

    private void Collect(MethodDefinition method, TypeCollector collector)
    {
        method.DecodeSignature(collector, null);
        CollectAttributes(method.GetCustomAttributes(), collector);
        CollectConstraints(method.GetGenericParameters(), collector);
        if (method.RelativeVirtualAddress == 0) return;
        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(collector, null);
        }
        foreach (var region in body.ExceptionRegions) collector.Add(region.CatchType);
        foreach (var token in Instructions.Tokens(body.GetILReader()))
        {
            collector.Add(MetadataTokens.EntityHandle(token));
        }
    }

    private void CollectAttributes(CustomAttributeHandleCollection attributes, TypeCollector collector)
    {
        foreach (var handle in attributes) collector.Add(_metadata.GetCustomAttribute(handle).Constructor);
    }

    private void CollectConstraints(GenericParameterHandleCollection parameters, TypeCollector collector)
    {
        foreach (var parameter in parameters)
        {
            foreach (var handle in _metadata.GetGenericParameter(parameter).GetConstraints())
            {
                collector.Add(_metadata.GetGenericParameterConstraint(handle).Type);
            }
        }
    }

    private string OutermostName(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        while (type.IsNested) type = _metadata.GetTypeDefinition(type.GetDeclaringType());
        var space = _metadata.GetString(type.Namespace);
        var name = _metadata.GetString(type.Name);
        return space.Length == 0 ? name : $"{space}.{name}";
    }
}
