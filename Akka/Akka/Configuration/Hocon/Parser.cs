namespace Akka.Configuration.Hocon;

/// <summary>Turns HOCON text into a tree of values.</summary>
public class Parser
{
    public static HoconRoot Parse(string text, Func<string, HoconRoot>? includeCallback) =>
        new HoconReader(text, includeCallback).Read();
}
