namespace Akka.Configuration.Hocon;

/// <summary>Text, quoted or not; what it means is decided by the getter that reads it.</summary>
public class HoconLiteral : IHoconElement
{
    public string Value { get; set; } = "";

    public bool IsString() => true;

    public string GetString() => Value;

    public bool IsArray() => false;

    public IList<HoconValue> GetArray() => throw new InvalidOperationException("This element is a string literal.");

    public override string ToString() => Value;
}
