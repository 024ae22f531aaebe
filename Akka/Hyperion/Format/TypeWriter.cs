namespace Hyperion.Format;

/// <summary>Writes types, each whole one only once.</summary>
internal sealed class TypeWriter(SerializerOptions options, ByteWriter writer)
{
    private readonly Dictionary<Type, int> _earlier = [];

    public void Write(Type type)
    {
        if (BuiltInTypes.TryGetNumber(type, out var number))
        {
            Write(TypeTag.BuiltIn, number);
        }
        else if (Array.IndexOf(options.KnownTypes, type) is var known and >= 0)
        {
            Write(TypeTag.Known, known);
        }
        else if (_earlier.TryGetValue(type, out number))
        {
            Write(TypeTag.Earlier, number);
        }
        else
        {
            WriteWhole(type);

            // The parts come first on both sides, and so do their numbers.
            _earlier.TryAdd(type, _earlier.Count);
        }
    }

    private void WriteWhole(Type type)
    {
        if (type.IsArray)
        {
            Write(TypeTag.Array, type.IsSZArray ? 0 : type.GetArrayRank());
            Write(type.GetElementType());
        }
        else if (type.IsConstructedGenericType)
        {
            var arguments = type.GetGenericArguments();
            Write(TypeTag.Generic, arguments.Length);
            Write(type.GetGenericTypeDefinition());
            Array.ForEach(arguments, Write);
        }
        else
        {
            writer.Byte((byte)TypeTag.Named);
            writer.Text(TypeNames.Of(type));
        }
    }

    private void Write(TypeTag tag, int number)
    {
        writer.Byte((byte)tag);
        writer.Count(number);
    }
}
