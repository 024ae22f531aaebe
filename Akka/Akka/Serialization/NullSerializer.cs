namespace Akka.Serialization;

public class NullSerializer : Serializer
{
    private static readonly byte[] NoBytes = [];

    public NullSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public override int Identifier => 0;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => NoBytes;

    public override object FromBinary(byte[] bytes, Type type) => null;
}
