namespace Akka.Serialization;

/// <summary>Turns objects of the types bound to it into bytes and back. Its identifier goes along with the bytes.</summary>
public abstract class Serializer
{
    protected readonly ExtendedActorSystem system;

    private readonly Lazy<int> _configuredIdentifier;

    protected Serializer(ExtendedActorSystem system)
    {
        this.system = system;
        _configuredIdentifier = new Lazy<int>(
            () => SerializerIdentifierHelper.GetSerializerIdentifierFromConfig(GetType(), system));
    }

    public virtual int Identifier => _configuredIdentifier.Value;

    public abstract bool IncludeManifest { get; }

    public abstract byte[] ToBinary(object obj);

    public abstract object FromBinary(byte[] bytes, Type type);

    public T FromBinary<T>(byte[] bytes) => (T)FromBinary(bytes, typeof(T));

    /// <summary>References inside <paramref name="obj"/> are written with <paramref name="address"/>.</summary>
    public byte[] ToBinaryWithAddress(Address address, object obj) =>
        Serialization.WithTransport(new Information(address, system), () => ToBinary(obj));
}
