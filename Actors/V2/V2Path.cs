namespace ActorEtcd.V2;

/// <summary>Paths of the v2 store: absolute, segments between slashes, without dots.</summary>
public static class V2Path
{
    /// <summary>Everything that clients see is below this directory; they see the rest of the path only.</summary>
    public const string Keys = "/1";

    /// <summary>What the server itself keeps about the cluster; no client can reach it.</summary>
    public const string Cluster = "/0";

    /// <summary>Users and roles of the v2 API.</summary>
    public const string Auth = "/2";

    /// <summary>Whether a clean path is that of a node that tells of the cluster, or of a directory that is always there.</summary>
    public static bool IsOfServer(string path)
        => path is "/" or Keys or Cluster || path.StartsWith(Cluster + "/", StringComparison.Ordinal);

    /// <summary>Whether a clean path is that of a key or directory that clients make.</summary>
    public static bool IsOfClients(string path)
        => path.Length > Keys.Length + 1 && path[Keys.Length] == '/' && path.StartsWith(Keys, StringComparison.Ordinal);

    /// <summary>A path without empty, "." and ".." segments, and without a slash at its end unless it is the root.</summary>
    public static string Clean(string path)
    {
        var names = new List<string>();
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == "..")
            {
                names.RemoveRange(Math.Max(0, names.Count - 1), Math.Min(1, names.Count));
            }
            else if (name != ".")
            {
                names.Add(name);
            }
        }

        return "/" + string.Join('/', names);
    }

    /// <summary>The names on the way from the root, of a clean path.</summary>
    public static string[] NamesOf(string path) => path.Length == 1 ? [] : path[1..].Split('/');

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The directory that a path other than the root is in.</summary>
    public static string ParentOf(string path) => path.LastIndexOf('/') is var end and > 0 ? path[..end] : "/";

    public static string Join(string directory, string name) => directory.Length == 1 ? directory + name : $"{directory}/{name}";

    /// <summary>Whether there is a hidden name on the way from the first path to the second, which lies below it.</summary>
    public static bool IsHiddenBelow(string watched, string path)
        => watched.Length <= path.Length && Clean(path[watched.Length..]).Contains("/_", StringComparison.Ordinal);

    /// <summary>A path as clients see it.</summary>
    public static string Visible(string path)
        => path.StartsWith(Keys, StringComparison.Ordinal) ? path[Keys.Length..] : path;
}
