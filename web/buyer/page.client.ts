/* The script of pages without one of their own: it only keeps the chosen language. */

import { keepLanguage } from "../ui/language.client.ts";

keepLanguage();
