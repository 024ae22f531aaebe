using System.Runtime.Serialization;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>Messages on their way through an actor selection.</summary>
public class MessageContainerSerializer : Serializer
{
    private const byte ChildName = 1;
    private const byte ChildPattern = 2;
    private const byte Parent = 3;
    private const byte Recursive = 4;
    private const int ElementsMax = 1000;

    public MessageContainerSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj)
    {
        if (obj is not ActorSelectionMessage selection)
        {
            throw new ArgumentException($"Cannot serialize object of type [{obj.GetType()}]", nameof(obj));
        }

        var writer = new WireWriter().Byte(selection.WildCardFanOut ? (byte)1 : (byte)0).Int(selection.Elements.Length);
        foreach (var element in selection.Elements)
        {
            WriteElement(writer, element);
        }

        WrappedPayload.Write(writer, selection.Message, system.Serialization);
        return writer.ToArray();
    }

    public override object FromBinary(byte[] bytes, Type type)
    {
        var reader = new WireReader(bytes);
        var fanOut = reader.Byte() == 1;
        var count = reader.Int();
        if (count is < 0 or > ElementsMax)
        {
            throw new SerializationException($"A selection of {count} elements");
        }

        var elements = new SelectionPathElement[count];
        for (var i = 0; i < count; i++)
        {
            elements[i] = ReadElement(ref reader);
        }

        return new ActorSelectionMessage(WrappedPayload.Read(ref reader, system.Serialization), elements, fanOut);
    }

    private static void WriteElement(WireWriter writer, SelectionPathElement element)
    {
        switch (element)
        {
            case SelectChildName name:
                writer.Byte(ChildName).Text(name.Name);
                break;
            case SelectChildPattern pattern:
                writer.Byte(ChildPattern).Text(pattern.PatternStr);
                break;
            case SelectChildRecursive:
                writer.Byte(Recursive);
                break;
            case SelectParent:
                writer.Byte(Parent);
                break;
            default:
                throw new ArgumentException($"Unknown selection element [{element}]", nameof(element));
        }
    }

    private static SelectionPathElement ReadElement(ref WireReader reader) => reader.Byte() switch
    {
        ChildName => new SelectChildName(reader.Text()),
        ChildPattern => new SelectChildPattern(reader.Text()),
        Recursive => SelectChildRecursive.Instance,
        Parent => SelectParent.Instance,
        var other => throw new SerializationException($"Unknown selection element {other}"),
    };
}
