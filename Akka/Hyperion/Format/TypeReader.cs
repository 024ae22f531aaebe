using System.Runtime.CompilerServices;
using System.Runtime.Serialization;

namespace Hyperion.Format;

/// <summary>Reads types, as far as they are allowed.</summary>
internal sealed class TypeReader(SerializerOptions options, TypePolicy policy, ByteReader reader)
{
    private const int RankMax = 32;

    private readonly List<Type> _earlier = [];

    public Type Read()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new SerializationException("a type is nested too deeply");
        }

        var tag = (TypeTag)reader.Byte();
        switch (tag)
        {
            case TypeTag.BuiltIn: return BuiltInTypes.Find(reader.Count()) ?? throw Unknown(tag);
            case TypeTag.Known: return Pick(options.KnownTypes, tag);
            case TypeTag.Earlier: return Pick(_earlier, tag);
        }

        var whole = tag switch
        {
            TypeTag.Array => ReadArray(),
            TypeTag.Generic => ReadGeneric(),
            TypeTag.Named => policy.Resolve(reader.Text()),
            _ => throw Unknown(tag),
        };
        _earlier.Add(whole);
        return whole;
    }

    private Type ReadArray()
    {
        var rank = reader.Count();
        var element = Read();
        return rank <= RankMax && !element.IsByRefLike && !element.ContainsGenericParameters
            ? rank == 0 ? element.MakeArrayType() : element.MakeArrayType(rank)
            : throw new SerializationException($"an array of {element} with {rank} dimensions");
    }

    private Type ReadGeneric()
    {
        var arguments = new Type[reader.Count(bytesEach: 1)];
        var definition = Read();
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Read();
        }

        if (!definition.IsGenericTypeDefinition
            || definition.GetGenericArguments().Length != arguments.Length
            || Array.Exists(arguments, static argument => argument.ContainsGenericParameters))
        {
            throw new SerializationException($"{definition} with {arguments.Length} arguments is no type");
        }

        var constructed = definition.MakeGenericType(arguments);
        policy.CheckConstructed(constructed);
        return constructed;
    }

    private Type Pick(IReadOnlyList<Type> types, TypeTag tag)
    {
        var number = reader.Count();
        return number < types.Count ? types[number] : throw Unknown(tag);
    }

    private SerializationException Unknown(TypeTag tag) => new($"an unknown type ({tag}) at byte {reader.Position}");
}
