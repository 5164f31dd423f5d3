# SPDX-License-Identifier: GPL-2.0-only
#
# Lists the fields of the structures of linux/hfreplay.h that write(2) takes,
# as a table for stream.c. Input: the header. One macro per structure:
#   #define FIELDS_hfr_trace_rec(F) F(issue_ns) F(complete_ns) ...
BEGIN {
	print "/* SPDX-License-Identifier: GPL-2.0-only */"
	print "/* Do not edit: made by fields.awk from linux/hfreplay.h */"
}
/^struct [a-z_]* {/ { name = $2; list = ""; next }
/^};/ && name != "" {
	print "#define FIELDS_" name "(F)" list
	name = ""
}
name != "" && /^\t__[a-z0-9_]*\t?[ \t]*[a-z]/ {
	field = $2
	sub(/[\[;].*/, "", field)
	list = list " F(" field ")"
}
