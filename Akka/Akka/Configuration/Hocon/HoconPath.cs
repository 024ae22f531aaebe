using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Dotted paths, whose elements may be quoted to hold dots of their own.</summary>
internal static class HoconPath
{
    public static List<string> Split(string path)
    {
        var keys = new List<string>();
        var key = new StringBuilder();
        var quoted = false;
        foreach (var c in path)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == '.' && !quoted)
            {
                keys.Add(key.ToString());
                key.Clear();
            }
            else
            {
                key.Append(c);
            }
        }

        keys.Add(key.ToString());
        return keys;
    }

    public static HoconValue? Find(HoconValue root, IEnumerable<string> path)
    {
        HoconValue? node = root;
        foreach (var key in path)
        {
            node = node?.GetChildObject(key);
        }

        return node;
    }
}
