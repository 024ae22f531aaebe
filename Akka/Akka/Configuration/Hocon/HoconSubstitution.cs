namespace Akka.Configuration.Hocon;

/// <summary>A reference to another path of the same text; stands for the value found there.</summary>
public class HoconSubstitution : IHoconElement, IMightBeAHoconObject
{
    public HoconSubstitution(string path)
    {
        Path = path;
        ResolvedValue = new HoconValue();
    }

    public string Path { get; set; }

    public HoconValue ResolvedValue { get; set; }

    /// <summary>An optional substitution that found nothing; it contributes nothing to the value around it.</summary>
    internal bool IsUndefined => ResolvedValue.Values.Count == 0;

    public bool IsString() => IsUndefined || ResolvedValue.IsString();

    public string? GetString() => IsUndefined ? "" : ResolvedValue.GetString();

    public bool IsArray() => ResolvedValue.IsArray();

    public IList<HoconValue> GetArray() => ResolvedValue.GetArray();

    public bool IsObject() => ResolvedValue.IsObject();

    public HoconObject? GetObject() => ResolvedValue.GetObject();
}
