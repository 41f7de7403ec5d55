namespace Ferry.Storage.Disk;

internal enum FileKind { Missing, File, Folder, Link, Other, Trouble }
